import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Handlers that are taken for dead, replaced, and go on.
@Suite(.serialized) struct FencingTests {
  @Test func `a handler that was stopped and replaced in the middle of an answer writes nothing`()
    throws
  {
    let project = try Project()
    let gate = project.scratch.path.appending("gate")
    let program = try project.script(
      "while read line; do until [ -e '\(gate)' ]; do sleep 0.05; done; echo \"to $line\"; done")
    try project.start()
    let chat = try project.createChat("--command", program.string)
    try project.send("hello", to: chat)
    let first = try project.waitForHandler(of: chat)
    try project.until("the first run is answering") {
      try project.status(of: chat)["handler_status"]?.string?.contains("answering") == true
    }
    try first.send(.stop)
    try project.killDispatcher()
    // Whoever removes the lock of a living handler takes it for dead.
    try AtomicFile.remove(project.folder(of: chat).appending(".handler.pid"))
    try project.start()
    let second = try project.waitForHandler(of: chat)
    #expect(second.pid != first.pid)
    try project.write(gate, "")
    try project.waitForAnswers(of: chat)
    #expect(first.isStillAlive)
    try first.send(.continue)
    try project.until("the first run has ended") { !first.isStillAlive }
    #expect(try project.deliveryFault(of: chat) == nil)
    let errors = text(of: project.service.appending("handler-\(chat).log")) ?? ""
    #expect(errors.contains("another run has taken its place"), "\(errors)")
    #expect(try project.ask(chat, "again") == "to again")
    #expect(try project.waitForHandler(of: chat).pid == second.pid)
  }
}
