import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A `wg-handler` that never says it is ready.
@Suite struct NeverReadyTests {
  /// A folder with the real dispatcher and a false `wg-handler` beside it.
  private func falseProgram(_ project: Project, _ script: String) throws -> FilePath {
    let folder = project.scratch.path.appending("bin")
    try Directory.create(folder)
    let real = try TestPrograms.path("wg-dispatcher")
    let copy = try project.begin(system: "cp", [real.string, folder.string])
    try copy.finish().mustSucceed()
    let child = try TestPrograms.path("test-child")
    try project.write(
      folder.appending("wg-handler"), "#!/bin/sh\nCHILD='\(child)'\n\(script)\n", mode: 0o755)
    return folder.appending("wg-dispatcher")
  }

  @Test func `one that never gets ready is ended and counts as failed`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    let program = try falseProgram(project, "exec \"$CHILD\" hang")
    let dispatcher = try RunningCommand(
      program,
      [
        "--dir", project.root.string, "--start-timeout", "200ms", "--stop-timeout", "500ms",
        "--backoff-initial", "5ms", "--backoff-max", "10ms",
      ], environment: project.environment, directory: project.root)
    try project.waitUntilItServes()
    try project.send("hello", to: chat)
    try project.until("the message is set aside") {
      try project.outbox(of: chat).first?["role"] == "system-error"
    }
    try project.waitForNoHandlers()
    #expect(try project.starts(of: chat) == 3)
    #expect(try project.decisions(of: chat).contains { $0["clause"] == "start-timeout" })
    try dispatcher.process.signal(.terminate)
    #expect(try dispatcher.finish().status == 0)
  }

  @Test func `one that was stopped together with its dispatcher gets its time again`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    let gate = project.root.appending("gate")
    let program = try falseProgram(
      project,
      "until [ -e '\(gate)' ]; do sleep 0.05; done\nexec \"$CHILD\" notify READY=1")
    let dispatcher = try RunningCommand(
      program, ["--dir", project.root.string, "--start-timeout", "6s"],
      environment: project.environment, directory: project.root)
    try project.waitUntilItServes()
    try project.send("hello", to: chat)
    try project.until("the handler starts") {
      try project.status(of: chat)["state"] == "starting"
    }
    let handler = try project.waitForHandler(of: chat)
    try dispatcher.process.signal(.stop)
    try handler.send(.stop)
    try project.write(gate, "open")
    let end = Clock.monotonic + 8_000_000_000
    try project.until("the time to start has passed", every: 50) { Clock.monotonic >= end }
    try dispatcher.process.signal(.continue)
    // It has decided by then.
    try project.waitUntilItServes()
    try handler.send(.continue)
    try project.until("the handler is ready") {
      try project.status(of: chat)["state"] == "running"
    }
    #expect(try project.status(of: chat)["pid"]?.int == Int64(handler.pid))
    #expect(try !project.decisions(of: chat).contains { $0["clause"] == "start-timeout" })
    try dispatcher.process.signal(.terminate)
    #expect(try dispatcher.finish().status == 0)
  }
}
