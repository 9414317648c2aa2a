import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// The dispatcher as a service: its start, its end, and there being only one.
@Suite(.serialized) struct ServiceTests {
  @Test func `start returns when the dispatcher serves and keeps no pipe open`() throws {
    let project = try Project()
    let start = try project.begin(["service", "start"])
    let outcome = try start.finish().mustSucceed()
    #expect(project.answers(), "ready means ready")
    #expect(outcome.output.contains("Service started (PID "))
    #expect(try eventually(within: 20) { try start.outputHasEnded() })
    let again = try project.run("service", "start").mustSucceed()
    #expect(again.output.contains("already running"))
    #expect(project.dispatchers().count == 1)
  }

  @Test func `ten starts at once make one dispatcher`() throws {
    let project = try Project()
    let starts = try (1...10).map { _ in try project.begin(["service", "start", "--json"]) }
    let answers = try starts.map { try $0.finish(within: 120).mustSucceed().json() }
    #expect(Set(answers.compactMap { $0["pid"]?.int }).count == 1, "\(answers)")
    try project.until("one dispatcher is left") { project.dispatchers().count == 1 }
    let second = try project.beginDispatcher().finish()
    #expect(second.status == 75, "\(second)")
    #expect(second.errorLines.count <= 2 && !second.errors.isEmpty, "\(second)")
    #expect(project.answers())
  }

  @Test func `stop ends all handlers and says so`() throws {
    let project = try Project()
    try project.start("--stop-timeout", "2s")
    let chats = try (1...3).map { _ in try project.createChat("--handler", "echo") }
    for chat in chats { _ = try project.ask(chat, "hello") }
    let outcome = try project.run("service", "stop").mustSucceed()
    #expect(project.processes().isEmpty, "\(project.picture)")
    #expect(outcome.output.contains("3 handlers"), "\(outcome)")
    #expect(try project.json("service", "status")["status"] == "not_running")
    #expect(try FileStatus.of(project.service.appending("daemon.sock")) == nil)
    let again = try project.run("service", "stop").mustSucceed()
    #expect(again.output.contains("not running"))
  }

  @Test(arguments: [Signal.terminate, .interrupt])
  func `a signal ends the dispatcher gracefully`(signal: Signal) throws {
    let project = try Project()
    let dispatcher = try project.beginDispatcher("--stop-timeout", "2s")
    try project.waitUntilItServes()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    try dispatcher.process.signal(signal)
    let outcome = try dispatcher.finish()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(project.processes().isEmpty, "\(project.picture)")
    #expect(project.log.contains("Daemon shutdown complete"))
    #expect(try FileStatus.of(project.service.appending("state.json")) == nil)
    // An asked-for end is no crash.
    try project.start()
    #expect(try project.status(of: chat)["restarts"] == 0)
    #expect(try project.ask(chat, "again") == "again")
  }

  @Test func `SIGHUP reads again and ends nobody`() throws {
    let project = try Project()
    let dispatcher = try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    let handler = try project.waitForHandler(of: chat)
    try dispatcher.send(.hangup)
    try project.until("it says so") { project.log.lowercased().contains("reload") }
    try project.run("service", "reload").mustSucceed()
    #expect(dispatcher.isStillAlive)
    #expect(handler.isStillAlive)
    #expect(try project.ask(chat, "still?") == "still?")
  }

  @Test func `restart keeps the start options`() throws {
    let project = try Project()
    let socket = project.scratch.path.appending("s.sock")
    try project.start(
      "--idle-timeout", "7min", "--stop-timeout", "3s", "--no-chat-agent", "--socket", "\(socket)")
    let before = try project.json("service", "status")
    try project.run("service", "restart").mustSucceed()
    let after = try project.json("service", "status")
    #expect(after["options"] == before["options"])
    #expect(after["starts_handlers"] == false)
    #expect(after["socket"]?.string == socket.string)
    #expect(after["pid"] != before["pid"])
    let chat = try project.createChat("--handler", "echo")
    try project.send("nobody", to: chat)
    #expect(project.handlers().isEmpty)
    #expect(try project.starts() == 0)
  }

  @Test func `the control socket works in folders deeper than a socket's name may be`() throws {
    let deep = (1...6).map { "folder-number-\($0)-with-a-long-name-of-its-own" }
    let project = try Project(at: deep.joined(separator: "/"))
    #expect(project.service.appending("daemon.sock").string.utf8.count > 250)
    try project.start("--stop-timeout", "2s")
    let chat = try project.createChat("--handler", "echo")
    #expect(try project.ask(chat, "down here") == "down here")
    #expect(try project.json("service", "status")["status"] == "running")
    let purge = try project.json("service", "purge-chats")
    #expect(purge["dispatcher"] == "running")
    #expect(project.handlers().isEmpty)
    try project.stop()
  }

  @Test func `the socket is for its owner alone`() throws {
    let project = try Project()
    try project.start()
    let status = try FileStatus.of(project.service.appending("daemon.sock"))
    #expect(status?.permissions == 0o600)
  }

  @Test func `status has the same keys up and down`() throws {
    let project = try Project()
    _ = try project.createChat("--handler", "echo")
    let down = try project.json("service", "status")
    try project.start()
    let up = try project.json("service", "status")
    #expect(down.object?.keys == up.object?.keys)
    let rows = [down, up].map { $0["chats"]?.array?.first?.object?.keys }
    #expect(rows[0] == rows[1] && rows[0] != nil)
  }

  @Test func `a consumer keeps a handler and its going lets it rest`() throws {
    let project = try Project()
    try project.start("--idle-timeout", "1ms")
    let chat = try project.createChat("--handler", "echo")
    do {
      let client = try ControlClient(project)
      #expect(try client.ask(["cmd": "attach", "chat_id": .integer(chat)])["ok"] == true)
      let handler = try project.waitForHandler(of: chat)
      #expect(try project.ask(chat, "hello") == "hello")
      #expect(try client.ask(["cmd": "ping"])["ok"] == true)
      #expect(handler.isStillAlive)
      #expect(try project.status(of: chat)["consumers"] == 1)
      handler.kill()
      try project.until("a new one is there") {
        project.lockHolder(of: chat).map { $0.pid != handler.pid } ?? false
      }
    }
    try project.waitForState("resting", of: chat)
    try project.waitForNoHandlers()
    #expect(try project.status(of: chat)["consumers"] == 0)
  }

  @Test func `a stopped chat stays down over messages and restarts until it is started`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    try project.run("chat", "stop", "\(chat)").mustSucceed()
    let told = try project.run("chat", "send", "\(chat)", "are you there?").mustSucceed()
    #expect("\(told.output)\(told.errors)".contains("stopped"), "\(told)")
    try project.run("service", "restart").mustSucceed()
    #expect(try project.state(of: chat) == "down")
    #expect(project.handlers().isEmpty)
    try project.run("chat", "start", "\(chat)").mustSucceed()
    try project.waitForAnswers(of: chat)
    #expect(try project.deliveryFault(of: chat) == nil)
  }

  @Test func `an interrupt ends the turn and not the chat`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--command", "exec bash --norc --noprofile +o emacs -i")
    _ = try project.ask(chat, "PS1=; echo ready")
    try project.appendMessage("sleep 1000", to: chat)
    try project.until("the turn runs") {
      project.handlers(of: chat).contains { $0.status.name == "sleep" }
    }
    let handler = try project.waitForHandler(of: chat)
    try project.run("chat", "interrupt", "\(chat)").mustSucceed()
    try project.waitForAnswers(of: chat)
    #expect(handler.isStillAlive)
    #expect(try project.status(of: chat)["restarts"] == 0)
    #expect(try project.ask(chat, "echo and on").contains("and on"))
  }
}
