import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A program that rehearses well and then never comes to itself gives way to the former one, which
/// stood by in another process.
@Suite(.serialized) struct UpgradeReturnTests {
  /// What a program does once the process is its own, in shell.
  enum Fault: String, CaseIterable {
    case end, fail, crash, missing, hang

    var takeover: String {
      switch self {
      case .end: "exit 0"
      case .fail: "exit 9"
      case .crash: "kill -SEGV $$"
      case .missing: "exec /nonexistent/wg-dispatcher"
      case .hang: "\"$CHILD\" hang; exit 0"
      }
    }

    /// Only one that hangs is waited for to the end.
    var timeout: String { self == .hang ? "1s" : "60s" }

    var sentence: String {
      self == .hang ? "it did not serve in time" : "it ended before it served"
    }
  }

  @Test func `whatever it does, the former one goes on with everything`() throws {
    let project = try Project()
    var dispatcher = try project.start("--backoff-initial", "1ms")
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "before")
    let handler = try project.waitForHandler(of: chat)
    let consumer = try ControlClient(project)
    #expect(try consumer.ask(["cmd": "attach", "chat_id": .integer(chat)])["ok"] == true)
    for fault in Fault.allCases {
      let former = dispatcher
      dispatcher = try project.failedUpgrade(fault, replacing: former)
      #expect(handler.isStillAlive)
      #expect(try project.ask(chat, "\(fault)") == "\(fault)")
      #expect(try consumer.ask(["cmd": "ping"])["ok"] == true, "the client was kept")
    }
    #expect(try project.starts(of: chat) == 1, "one run served everything")
    try project.upgrade(to: project.otherDispatcher()).mustSucceed()
    #expect(dispatcher.isStillAlive, "a good one is let in afterwards")
    handler.kill()
    try project.until("the end is seen, if not how") {
      try !project.exits(of: chat, handler.pid).isEmpty
    }
    let exits = try project.exits(of: chat, handler.pid)
    #expect(exits.allSatisfy { $0 == "signaled 9" || $0 == "unknown" }, "\(exits)")
    _ = try project.ask(chat, "after")
    try project.stop()
    try project.until("nobody is left") { project.processes().isEmpty }
  }

  @Test func `with a keeper it is that one's dispatcher, and how handlers end is known`() throws {
    let project = try Project()
    project.isKept = true
    var dispatcher = try project.start()
    let keeper = try #require(project.keepers().first)
    let chats = try (1...4).map { _ in
      try project.createChat(script: "trap 'exit 42' USR1\nwhile :; do sleep 0.05; done")
    }
    for chat in chats { try project.send("hello", to: chat) }
    let handlers = try chats.map { try project.waitForHandler(of: $0) }
    for (fault, index) in zip([Fault.end, .fail, .crash], 0...) {
      dispatcher = try project.failedUpgrade(fault, replacing: dispatcher)
      try project.end(handlers[index], of: chats[index])
    }
    #expect(keeper.isStillAlive && project.keepers().count == 1)
    dispatcher.kill()
    try project.until("the keeper has started another one") {
      project.dispatchers().contains { $0.pid != dispatcher.pid } && project.answers()
    }
    try project.end(handlers[3], of: chats[3])
    #expect(try project.json("service", "status")["keeper"]?.int == Int64(keeper.pid))
    try project.stop()
    try project.until("nobody is left") { project.processes().isEmpty }
  }

  @Test func `one that ends before its keeper knows who stands by is started anew, once`() throws {
    let project = try Project()
    project.isKept = true
    let former = try project.start()
    let keeper = try #require(project.keepers().first)
    let upgrade = try project.begin(["service", "upgrade"])
    // It has to start and to read the state before it is told of.
    _ = eventually(within: 60, every: 0) {
      ProcessTable.children(of: keeper.pid).contains { $0 != former.pid }
    }
    try former.send(.stop)
    former.kill()
    _ = try upgrade.finish()
    try project.until("one serves, below its keeper") {
      let all = project.dispatchers()
      return project.answers() && all.count == 1
        && ProcessTable.parent(all[0].pid) == keeper.pid
    }
    #expect(!project.log.contains("the keeper is gone"))
    try project.stop()
    try project.until("nobody is left") { project.processes().isEmpty }
  }

  @Test func `who asks for the end while the new one hangs is heard by the former one`() throws {
    let project = try Project()
    project.isKept = true
    try project.start("--stop-timeout", "5s")
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "before")
    let marker = project.root.appending("hangs")
    let program = try project.standIn(
      rehearsal: "exec \"$REAL\" --rehearse", takeover: "echo > '\(marker)'; exec \"$CHILD\" hang")
    let upgrade = try project.begin(
      ["service", "upgrade", "--program", program.string, "--timeout", "1s"])
    try project.until("the new one hangs") { try FileStatus.of(marker) != nil }
    try #require(project.keepers().first).send(.terminate)
    #expect(try upgrade.finish().status != 0)
    try project.until("nobody is left") { project.processes().isEmpty }
    #expect(project.log.contains("Daemon shutdown complete"))
  }
}

extension Project {
  /// Has the dispatcher upgraded to a program with a fault; gives the process that serves then.
  fileprivate func failedUpgrade(
    _ fault: UpgradeReturnTests.Fault, replacing former: ProjectProcess
  ) throws -> ProjectProcess {
    let program = try standIn(
      rehearsal: "exec \"$REAL\" --rehearse", takeover: fault.takeover)
    let outcome = try upgrade(to: program, timeout: fault.timeout)
    let error = try outcome.json()["error"]?.string ?? ""
    #expect(outcome.status == 1 && error.contains(fault.sentence), "\(outcome)")
    try until("only the former program is left") {
      !former.isStillAlive && dispatchers().count == 1
        && processes().allSatisfy { $0.chat != nil || $0.status.name != "sh" }
    }
    let now = try #require(dispatchers().first)
    #expect(error.contains("the former one is back as PID \(now.pid)"), "\(outcome)")
    #expect(try json("service", "status")["pid"]?.int == Int64(now.pid))
    return now
  }

  /// Has a handler end with 42 and waits until that is on record.
  fileprivate func end(_ handler: ProjectProcess, of chat: Int) throws {
    #expect(try status(of: chat)["pid"]?.int == Int64(handler.pid))
    try handler.send(.user1)
    try until("the end is recorded") { try exits(of: chat, handler.pid) == ["exited 42"] }
  }
}
