import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Dispatchers that have a keeper for a parent, and handlers that outlive them.
@Suite(.serialized) struct KeeperTests {
  /// A project whose one handler runs, and ends with 42 when it gets SIGUSR1.
  private func begun() throws -> (project: Project, chat: Int, handler: ProjectProcess) {
    let project = try Project()
    project.isKept = true
    try project.start("--stop-timeout", "5s")
    let chat = try project.createChat(
      script: "trap 'exit 42' USR1\nwhile :; do sleep 0.05; done")
    try project.send("hello", to: chat)
    return (project, chat, try project.waitForHandler(of: chat))
  }

  @Test func `how a handler ended while there was no dispatcher is known to the next`() throws {
    let (project, chat, handler) = try begun()
    // Nobody starts the next dispatcher before the handler is gone.
    let keeper = try #require(project.keepers().first)
    try keeper.send(.stop)
    try project.killDispatcher()
    try handler.send(.user1)
    try project.until("the handler is gone") { !handler.isStillAlive }
    try keeper.send(.continue)
    try project.until("the end is recorded") {
      try project.exits(of: chat, handler.pid) == ["exited 42"]
    }
    let clauses = try project.decisions(of: chat).map { $0["clause"]?.string }
    #expect(clauses.contains("ended-unwatched") && clauses.contains("crashed"))
    #expect(try project.waitForHandler(of: chat).pid != handler.pid)
  }

  @Test func `a dispatcher that dies before its handler is there is no handler that crashed`()
    throws
  {
    let (project, chat, handler) = try begun()
    let keeper = try #require(project.keepers().first)
    let dispatcher = try #require(project.dispatchers().first)
    try keeper.send(.stop)
    dispatcher.kill()
    handler.kill()
    try project.until("both are gone") { !handler.isStillAlive && !dispatcher.isStillAlive }
    // As it names itself from the moment it has the lock until the handler's process is there.
    try project.write(
      project.folder(of: chat).appending(".handler.pid"),
      "\(dispatcher.pid)\n\(Timestamp.rfc3339(Clock.wall))\nwg\n")
    try keeper.send(.continue)
    #expect(try project.waitForHandler(of: chat).pid != handler.pid)
    let clauses = try project.decisions(of: chat).map { $0["clause"]?.string }
    #expect(!clauses.contains("ended-unwatched") && !clauses.contains("crashed"), "\(clauses)")
  }

  @Test func `a dispatcher that is killed is started again, and sees its handler end`() throws {
    let (project, chat, handler) = try begun()
    let first = try #require(project.dispatchers().first)
    first.kill()
    try project.until("another dispatcher serves") {
      project.dispatchers().contains { $0.pid != first.pid } && project.answers()
    }
    #expect(handler.isStillAlive)
    #expect(try project.status(of: chat)["pid"]?.int == Int64(handler.pid))
    try handler.send(.user1)
    try project.until("the end is recorded") {
      try project.exits(of: chat, handler.pid) == ["exited 42"]
    }
  }

  @Test func `a restart leaves the handler where it is, and its keeper too`() throws {
    let (project, chat, handler) = try begun()
    let (keeper, dispatcher) = (project.keepers().map(\.pid), project.dispatchers().map(\.pid))
    let report = try project.json("service", "restart")
    #expect(report["keeper"]?.int == keeper.first.map(Int64.init))
    #expect(try project.json("service", "status")["unwatched_ends"] == "keeper")
    #expect(project.keepers().map(\.pid) == keeper)
    #expect(project.dispatchers().map(\.pid) != dispatcher)
    try handler.send(.user1)
    try project.until("the end is recorded") {
      try project.exits(of: chat, handler.pid) == ["exited 42"]
    }
    try project.stop()
    try project.until("nobody is left") { project.processes().isEmpty }
  }

  @Test func `without its keeper a dispatcher goes on, and what it cannot know is unknown`() throws
  {
    let (project, chat, handler) = try begun()
    try #require(project.keepers().first).kill()
    try project.until("the loss is told") { project.log.contains("the keeper is gone") }
    #expect(handler.isStillAlive && project.answers())
    let status = try project.json("service", "status")
    #expect(status["keeper"] == .null && status["unwatched_ends_cause"] == "keeper-lost")
    #expect(project.logLines(containing: "[INFO] ends without a dispatcher: known").count == 1)
    #expect(project.logLines(containing: "[WARN] ends without a dispatcher: unknown").count == 1)
    try project.killDispatcher()
    try handler.send(.user1)
    try project.until("the handler is gone") { !handler.isStillAlive }
    try project.start()
    try project.until("there is another handler") {
      try project.waitForHandler(of: chat).pid != handler.pid
    }
    #expect(try project.exits(of: chat, handler.pid).allSatisfy { $0 == "unknown" })
    #expect(try !project.decisions(of: chat).contains { $0["clause"] == "crashed" })
  }

  @Test(arguments: [Signal.terminate, .interrupt])
  func `a signal to the keeper ends everybody`(signal: Signal) throws {
    let (project, _, handler) = try begun()
    try #require(project.keepers().first).send(signal)
    try project.until("nobody is left") { project.processes().isEmpty }
    #expect(!handler.isStillAlive)
    #expect(project.log.contains("Daemon shutdown complete"))
  }

  @Test func `one that waits to start the dispatcher again is ended with all handlers`() throws {
    let (project, _, _) = try begun()
    // Later there may be two of this name: what will be a dispatcher is a keeper until it is one.
    let keeper = try #require(project.keepers().first)
    for _ in 1...3 {
      try project.until("a dispatcher is there") { !project.dispatchers().isEmpty }
      for dispatcher in project.dispatchers() { dispatcher.kill() }
    }
    try keeper.send(.terminate)
    try project.until("nobody is left") { project.processes().isEmpty }
  }

  @Test func `a dispatcher that dies of the request to end is not started again`() throws {
    let (project, _, _) = try begun()
    let dispatcher = try #require(project.dispatchers().first)
    try dispatcher.send(.stop)
    try #require(project.keepers().first).send(.terminate)
    dispatcher.kill()
    try project.until("nobody is left") { project.processes().isEmpty }
    #expect(!project.log.contains("starting it again"))
  }

  @Test func `a dispatcher that dies again and again is given up, and no handler is left`() throws {
    let (project, _, handler) = try begun()
    try project.until("the keeper has given up") {
      for dispatcher in project.dispatchers() { dispatcher.kill() }
      return project.keepers().isEmpty
    }
    #expect(!handler.isStillAlive)
    try project.until("nobody is left") { project.processes().isEmpty }
    #expect(project.log.contains("the dispatcher died 8 times in 10 minutes"))
  }

  @Test func `a dispatcher that cannot start ends its keeper with the same status`() throws {
    let project = try Project()
    project.isKept = true
    let outcome = try project.begin(
      ["--dir", "/no/such", "--keeper", "yes"], program: "wg-dispatcher"
    ).finish()
    #expect(outcome.exit == .exited(66), "\(outcome)")
  }
}

extension Project {
  func keepers() -> [ProjectProcess] { processes().filter { $0.status.name == "wg-keeper" } }

  /// How the runs with this leader ended, as the decisions say: each dispatcher counts one of its own.
  func exits(of chat: Int, _ pid: Int32) throws -> [String] {
    let rows = try decisions(of: chat)
    let runs = rows.filter { $0["pid"]?.int == Int64(pid) }.compactMap { $0["incarnation"]?.int }
    return rows.filter {
      $0["from"] == "stopping" && $0["to"] != "stopping"
        && $0["incarnation"]?.int.map(runs.contains) == true
    }.compactMap { $0["exit"]?.string }
  }
}
