import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A dispatcher whose socket somebody else holds, and one that ends when there is nothing to do.
@Suite(.serialized) struct OnDemandTests {
  @Test func `a socket that was passed is served, and stays when the dispatcher ends`() throws {
    let project = try Project()
    let socket = try PassedSocket(project)
    let dispatcher = try socket.begin()
    try project.waitUntilItServes()
    let status = try project.json("service", "status")
    #expect(status["socket"]?.string == socket.path.string)
    #expect(status["pid"]?.int == Int64(dispatcher.pid))
    try dispatcher.descriptor.signal(.terminate)
    #expect(try socket.end(of: dispatcher) == .exited(0))
    #expect(try FileStatus.of(socket.path) != nil)
    // Not even the link is touched: it belongs to the one who holds the socket.
    #expect(try FileStatus.of(project.service.appending("daemon.sock"))?.kind == .symbolicLink)
  }

  @Test func `a socket that was passed to another process is left alone`() throws {
    let project = try Project()
    let socket = try PassedSocket(project)
    let own = project.scratch.path.appending("own.sock")
    let dispatcher = try socket.begin("--socket", own.string, announcedTo: "1")
    try project.until("it listens by itself") { (try? UnixStream.connect(own)) != nil }
    #expect(try !socket.listener.hasCaller())
    try dispatcher.descriptor.signal(.terminate)
    #expect(try socket.end(of: dispatcher) == .exited(0))
    #expect(try FileStatus.of(own) == nil)
  }

  @Test func `something else than a listening socket ends it with a sentence`() throws {
    let project = try Project()
    let socket = try PassedSocket(project)
    for descriptor in [try Pipe().readEnd, try UnixStream.pair().0.descriptor] {
      let dispatcher = try socket.begin(options: [], passing: descriptor)
      #expect(try socket.end(of: dispatcher) == .exited(64))
    }
    let lines = socket.errors.split(separator: "\n")
    #expect(lines.count == 2, "\(lines)")
    #expect(
      lines.allSatisfy { $0.contains("descriptor 3 (control)") && $0.contains("ListenStream=") })
  }

  @Test func `handlers get nothing of what was passed`() throws {
    let project = try Project()
    let socket = try PassedSocket(project)
    let chat = try project.createChat(
      script: "env > env.txt; ls -l /proc/self/fd > fds.txt; exec sleep 600")
    let dispatcher = try socket.begin()
    try project.send("hello", to: chat)
    let list = project.root.appending("fds.txt")
    try project.until("the handler has written") { (text(of: list) ?? "").contains("2 -> ") }
    #expect(text(of: project.root.appending("env.txt"))?.contains("LISTEN_") == false)
    #expect(text(of: list)?.contains("socket:") == false, "\(text(of: list) ?? "")")
    try dispatcher.descriptor.signal(.terminate)
    _ = try socket.end(of: dispatcher)
  }

  @Test func `with nothing to supervise it ends, and a message starts the next one`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    let socket = try PassedSocket(project)
    let first = try socket.begin("--exit-when-idle", "200ms")
    #expect(try socket.end(of: first) == .exited(0))
    #expect(project.log.contains("Nothing is left to supervise"))
    #expect(try FileStatus.of(project.service.appending("state.json")) == nil)

    let sent = try project.run("chat", "send", "\(chat)", "hello", "--json").mustSucceed()
    #expect(try sent.json()["dispatcher"] == "starting")
    #expect(try socket.listener.hasCaller(), "the message has called for a dispatcher")
    let second = try socket.begin("--exit-when-idle", "200ms", "--idle-timeout", "100ms")
    #expect(try socket.end(of: second) == .exited(0))
    let answers = try project.json("chat", "history", "\(chat)")["messages"]?.array ?? []
    #expect(answers.contains { $0["role"] == "coordinator" }, "\(answers)")
  }

  @Test func `reading commands start nothing, and say that nothing runs`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    let socket = try PassedSocket(project)
    #expect(try project.json("service", "status")["status"] == "not_running")
    #expect(try project.state(of: chat) == "resting")
    try project.run("chat", "history", "\(chat)").mustSucceed()
    try project.run("list").mustSucceed()
    #expect(try project.run("service", "stop").mustSucceed().output.contains("not running"))
    #expect(try project.run("service", "reload").status == 69)
    // What can be done on the files is done on the files.
    try project.run("chat", "stop", "\(chat)").mustSucceed()
    try project.run("chat", "send", "\(chat)", "for later").mustSucceed()
    #expect(try !socket.listener.hasCaller(), "nobody has connected")
  }

  @Test func `a consumer keeps it, and so does a handler that runs`() throws {
    let project = try Project()
    let socket = try PassedSocket(project)
    let chat = try project.createChat("--handler", "echo")
    let dispatcher = try socket.begin("--exit-when-idle", "50ms", "--idle-timeout", "300ms")
    let client = try ControlClient(project)
    // Ten times the span, seen by its own clock over a connection that does nothing else.
    try project.until("a second has passed") {
      (try client.ask(["cmd": "status"])["uptime_seconds"]?.int ?? 0) >= 1
    }
    try project.send("hello", to: chat)
    try client.close()
    #expect(try socket.end(of: dispatcher) == .exited(0))
    let lines = project.log.split(separator: "\n")
    let exited = try #require(lines.firstIndex { $0.contains("handler subprocess exited") })
    let ended = try #require(lines.firstIndex { $0.contains("Nothing is left to supervise") })
    #expect(exited < ended, "\(lines)")
  }

  @Test func `a dispatcher with a socket of its own stays, whatever it was told`() throws {
    let project = try Project()
    try project.start("--idle-timeout", "1s")
    try project.stop()
    let dispatcher = try project.beginDispatcher("--exit-when-idle", "10ms")
    try project.waitUntilItServes()
    let client = try ControlClient(project)
    try project.until("a second has passed") {
      (try client.ask(["cmd": "status"])["uptime_seconds"]?.int ?? 0) >= 1
    }
    try client.close()
    #expect(project.answers())
    try dispatcher.process.signal(.terminate)
    #expect(try dispatcher.finish().status == 0)
  }

  /// The race between ending and being asked: dispatchers that want to end all the time.
  @Test func `every message is answered, however the dispatcher comes and goes`() throws {
    let project = try Project()
    let socket = try PassedSocket(project)
    let chat = try project.createChat("--handler", "echo")
    let activator = Activator(
      socket, options: ["--exit-when-idle", "1ms", "--idle-timeout", "1ms"])
    defer { try? activator.stop() }
    var numbers = SeededNumbers()
    for round in 1...Rounds.count(10) {
      let answer = try project.ask(chat, "round \(round)", within: 30)
      #expect(answer == "round \(round)", "seed \(Rounds.seed)")
      // From here on the dispatcher has nothing to do, and is about to end.
      try project.until("the handler is gone") { project.processes().allSatisfy { $0.chat == nil } }
      numbers.spin(upTo: 8_000_000)
    }
    #expect(activator.starts > 1, "the dispatcher has ended in between, else this shows nothing")
    #expect(activator.failures.isEmpty, "\(activator.failures) \(socket.errors)")
  }

  @Test func `a link to a socket that a unit serves is not taken away`() throws {
    let project = try Project()
    var socket: PassedSocket? = try PassedSocket(project)
    let refused = try project.beginDispatcher().finish()
    #expect(refused.status == 75, "\(refused)")
    #expect(refused.errors.contains("systemd socket unit"), "\(refused)")
    // Nobody listens any more: what is left of the unit is in nobody's way.
    socket = nil
    _ = socket
    let dispatcher = try project.beginDispatcher()
    try project.waitUntilItServes()
    try dispatcher.process.signal(.terminate)
    #expect(try dispatcher.finish().status == 0)
  }
}
