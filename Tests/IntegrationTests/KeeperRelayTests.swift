import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What a dispatcher says below a keeper, as a service manager hears it.
@Suite(.serialized) struct KeeperRelayTests {
  /// A keeper of `test-child`, in place of a dispatcher.
  private func keeper(
    _ project: Project, _ listener: ServiceListener, _ arguments: String...
  ) throws -> RunningCommand {
    try project.begin(
      [TestPrograms.path("test-child").string] + arguments, variables: [listener.variable],
      program: "wg-keeper")
  }

  private func child(of keeper: RunningCommand, _ project: Project) throws -> ProjectProcess {
    try eventually(within: 30, "a child of the keeper") {
      project.processes().first {
        $0.status.parent == keeper.pid && $0.status.name == "test-child" && $0.status.state == "S"
      }
    }
  }

  @Test func `it comes from the keeper, without what is the keeper's to say`() throws {
    let project = try Project()
    let listener = try ServiceListener()
    let text = "MAINPID=1\nREADY=1\nSTOPPING=1\nMAINPIDFD=1\nSTATUS=well"
    let keeper = try keeper(project, listener, "notify", text)
    let said = try listener.wait(for: "READY=1", in: project)
    #expect(listener.messages[said] == "READY=1\nSTATUS=well")
    #expect(listener.senders[said] == keeper.pid)
    try keeper.process.signal(.terminate)
    #expect(try keeper.finish().exit == .signaled(.terminate, coreDumped: false))
    try listener.hear()
    #expect(listener.messages.last == "STOPPING=1", "it was asked to end")
  }

  @Test func `descriptors come along`() throws {
    let project = try Project()
    let listener = try ServiceListener()
    let keeper = try keeper(project, listener, "close-notify")
    let said = try listener.wait(for: "READY=1", in: project)
    #expect(listener.passed[said] == 1)
    _ = try keeper.finish()
  }

  @Test func `a stranger is not heard`() throws {
    let project = try Project()
    let listener = try ServiceListener()
    let keeper = try keeper(project, listener, "notify", "READY=1")
    try listener.wait(for: "READY=1", in: project)
    let variable = try child(of: keeper, project).variable("NOTIFY_SOCKET")
    let address = try #require(variable.flatMap(SocketAddress.init))
    try DatagramSocket.open().send(Array("STATUS=a stranger".utf8), to: address)
    try keeper.process.signal(.terminate)
    _ = try keeper.finish()
    try listener.hear()
    #expect(listener.count("STATUS=") == 0, "\(listener.messages)")
  }

  @Test func `what there is no room for is said when there is`() throws {
    let project = try Project()
    let listener = try ServiceListener()
    let crowd = try DatagramSocket.open()
    let address = try #require(SocketAddress(listener.address))
    var isFull = false
    while !isFull {
      do { try crowd.send(Array("STATUS=crowd".utf8), to: address) } catch { isFull = true }
    }
    let keeper = try keeper(project, listener, "notify", "READY=1")
    _ = try child(of: keeper, project)
    try listener.wait(for: "READY=1", in: project)
    try keeper.process.signal(.terminate)
    _ = try keeper.finish()
  }

  @Test func `the next dispatcher says that it is ready, and nobody that it is stopping`() throws {
    let project = try Project()
    project.isKept = true
    let listener = try ServiceListener()
    let keeper = try project.beginDispatcher(variables: [listener.variable])
    let ready = try listener.wait(for: "READY=1", in: project)
    try #require(project.dispatchers().first).kill()
    let again = try listener.wait(for: "READY=1", in: project, from: ready + 1)
    #expect(listener.messages[ready...again].contains("EXTEND_TIMEOUT_USEC=30000000"))
    #expect(listener.senders.allSatisfy { $0 == keeper.pid })
    #expect(listener.count("STOPPING=1") == 0)
    try keeper.process.signal(.terminate)
    #expect(try keeper.finish().status == 0)
    try listener.wait(for: "BARRIER=1", in: project, from: again)
    #expect(listener.count("STOPPING=1") == 1)
  }

  @Test(arguments: [Signal.user2, .abort])
  func `as the main process of a unit it leaves the handlers to the next one`(signal: Signal) throws
  {
    let project = try Project()
    project.isKept = true
    let listener = try ServiceListener()
    let program = try TestPrograms.path("wg-dispatcher")
    let dispatcher = "exec '\(program)' --dir '\(project.root)' --keeper yes"
    let line = "SYSTEMD_EXEC_PID=$$ \(listener.variable) \(dispatcher)"
    let keeper = try project.begin(system: "sh", ["-c", line])
    try listener.wait(for: "READY=1", in: project)
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    let handler = try project.waitForHandler(of: chat)
    try keeper.process.signal(signal)
    switch try keeper.finish().exit {
    case .exited(let status): #expect(signal == .user2 && status == 0)
    case .signaled(let reason, _): #expect(signal == .abort && reason == .abort)
    }
    #expect(project.dispatchers().isEmpty && handler.isStillAlive)
  }
}
