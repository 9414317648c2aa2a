import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Handlers that hang, leave, or ask for time: real processes under a real dispatcher.
@Suite(.serialized) struct WatchdogTests {
  private func project(watchdog: String = "1s", _ options: String...) throws -> Project {
    let project = try Project()
    try project.append(
      project.wg.appending("config.toml"), "\n[chats]\nwatchdog = \"\(watchdog)\"\n")
    try project.run(["service", "start", "--backoff-initial", "5ms"] + options).mustSucceed()
    return project
  }

  private func chat(_ behaviour: String, in project: Project) throws -> Int {
    let chat = try project.createChat(script: "exec \"$CHILD\" \(behaviour)")
    try project.send("hello", to: chat)
    return chat
  }

  /// The clauses that were recorded of a chat, in their order.
  private func clauses(_ project: Project, _ chat: Int) -> [String] {
    (try? project.rows(project.service.appending("decisions.jsonl")))?
      .filter { $0["chat_id"]?.int == Int64(chat) }.compactMap { $0["clause"]?.string } ?? []
  }

  private func waitForClause(_ clause: String, _ project: Project, _ chat: Int) throws {
    try project.until("\(clause) is recorded") { clauses(project, chat).contains(clause) }
  }

  @Test(arguments: ["give-signs 100 3", "spin", "hang"])
  func `a handler that falls silent is ended, with a record that says so`(
    _ behaviour: String
  ) throws {
    let project = try project()
    let chat = try chat(behaviour, in: project)
    let first = try project.waitForHandler(of: chat)
    try waitForClause("watchdog-timeout", project, chat)
    try project.until("the hung one is gone") { !first.isStillAlive }
    try project.until("the log says so") {
      project.log.contains("Coordinator-\(chat): gave no sign of life")
        && project.log.contains("Coordinator-\(chat): handler subprocess hung, exited signal: 6")
    }
    try project.until("the next run has begun") {
      clauses(project, chat).count { $0 == "message-waits" } >= 2
    }
  }

  @Test func `a handler that is stopped from outside is ended too`() throws {
    let project = try project()
    let chat = try chat("give-signs 200", in: project)
    let handler = try project.waitForHandler(of: chat)
    try project.until("it gives signs") {
      try project.status(of: chat)["handler_status"]?.string == "giving signs"
    }
    try handler.send(.stop)
    try waitForClause("watchdog-timeout", project, chat)
    try project.until("it is gone") { !handler.isStillAlive }
  }

  @Test func `handlers live on that gave signs while the dispatcher was stopped`() throws {
    let project = try project()
    let chats = try (0..<4).map { _ in try chat("give-signs 50", in: project) }
    let handlers = try chats.map { try project.waitForHandler(of: $0) }
    let dispatcher = try #require(project.dispatchers().first)
    for _ in 0..<3 {
      try dispatcher.send(.stop)
      let end = Clock.monotonic + 2_500_000_000
      try project.until("several spans pass", every: 50) { Clock.monotonic >= end }
      try dispatcher.send(.continue)
      try project.waitUntilItServes()
    }
    let end = Clock.monotonic + 2_500_000_000
    try project.until("the watchdogs have run out since, if they could", every: 50) {
      Clock.monotonic >= end
    }
    for (chat, handler) in zip(chats, handlers) {
      #expect(handler.isStillAlive, "\(project.picture)")
      #expect(!clauses(project, chat).contains("watchdog-timeout"))
    }
  }

  @Test func `wg-handler gives signs of life, and lives`() throws {
    let project = try project()
    let chat = try project.createChat("--handler", "echo")
    #expect(try project.ask(chat, "hello") == "hello")
    let handler = try project.waitForHandler(of: chat)
    let end = Clock.monotonic + 4_000_000_000
    try project.until("four spans pass", every: 50) { Clock.monotonic >= end }
    #expect(handler.isStillAlive, "\(project.picture)")
    #expect(try project.status(of: chat)["handler_status"] == "waiting for a message")
    try handler.send(.stop)
    try waitForClause("watchdog-timeout", project, chat)
  }

  @Test func `a handler that floods keeps neither the dispatcher nor another from its work`() throws
  {
    let project = try project()
    let noisy = try chat("flood-notify", in: project)
    _ = try project.waitForHandler(of: noisy)
    let chat = try project.createChat("--handler", "echo")
    for round in 0..<5 { #expect(try project.ask(chat, "round \(round)") == "round \(round)") }
    try waitForClause("watchdog-timeout", project, noisy)
    #expect(!clauses(project, chat).contains("watchdog-timeout"))
  }

  @Test func `a handler that says that it is stopping ends unsignalled`() throws {
    let project = try project(watchdog: "0")
    let chat = try chat("leave 200 0", in: project)
    try waitForClause("leaving", project, chat)
    try waitForClause("unproductive", project, chat)
    #expect(!clauses(project, chat).contains("stop-timeout"))
  }

  @Test func `a handler that asks for time is waited for, and a purge does not wait`() throws {
    let project = try project(watchdog: "0", "--stop-timeout", "500ms")
    let patient = try chat("ask-for-time 1500", in: project)
    _ = try project.waitForHandler(of: patient)
    try project.waitForState("running", of: patient)
    let stopped = try project.json("chat", "stop", "\(patient)")
    #expect(stopped["handler"]?["outcome"] == "terminated")
    #expect(clauses(project, patient).contains("extended"))

    let greedy = try chat("ask-for-time 60000", in: project)
    _ = try project.waitForHandler(of: greedy)
    try project.waitForState("running", of: greedy)
    let purged = try project.json("service", "purge-chats", "--except", "\(patient)")
    #expect(purged["purged"]?.array?.first?["handler"]?["outcome"] == "killed")
    #expect(!clauses(project, greedy).contains("extended"))
  }

  /// The notify socket of a handler that runs, as it was told.
  private func socket(of chat: Int, in project: Project) throws -> String {
    try #require(try project.waitForHandler(of: chat).variable("NOTIFY_SOCKET"))
  }

  @Test func `another user cannot reach a handler's socket, which goes with the run`() throws {
    let project = try project(watchdog: "0")
    let chat = try chat("hang", in: project)
    let path = FilePath(try socket(of: chat, in: project))
    let folder = project.service.appending("notify")
    #expect(path.removingLastComponent() == folder)
    let file = try #require(try FileStatus.of(path))
    #expect(file.kind == .socket && file.permissions == 0o600)
    #expect(try FileStatus.of(folder)?.permissions == 0o700)
    let left = folder.appending("77-1")
    _ = try DatagramSocket.bind(.path(left))
    try project.run("service", "restart").mustSucceed()
    #expect(try FileStatus.of(left) == nil)
    try project.run("chat", "stop", "\(chat)").mustSucceed()
    #expect(try Directory.names(in: folder) == [])
  }

  @Test func `a project whose path is too long for a socket is served all the same`() throws {
    let deep = Array(repeating: String(repeating: "d", count: 60), count: 2).joined(separator: "/")
    let project = try Project(at: deep)
    try project.run("service", "start").mustSucceed()
    let hanging = try chat("hang", in: project)
    #expect(try socket(of: hanging, in: project).hasPrefix("@"))
    let chat = try project.createChat("--handler", "echo")
    #expect(try project.ask(chat, "hello") == "hello")
  }

  @Test func `what a stranger says on a handler's socket does not count`() throws {
    let project = try project()
    let chat = try chat("hang", in: project)
    let handler = try project.waitForHandler(of: chat)
    let text = try #require(handler.variable("NOTIFY_SOCKET"))
    let address = try #require(SocketAddress(text))
    let socket = try DatagramSocket.open()
    try? socket.send(Array("READY=1\nSTATUS=I am somebody else\nWATCHDOG_USEC=0".utf8), to: address)
    try waitForClause("watchdog-timeout", project, chat)
    #expect(try project.status(of: chat)["handler_status"] != "I am somebody else")
  }
}
