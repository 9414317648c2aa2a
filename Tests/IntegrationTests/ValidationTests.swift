import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// The four cases that the mission asks to be shown.
@Suite(.serialized) struct ValidationTests {
  /// What a log says when somebody is started, or is going to be.
  private static let respawnWords = [
    "starting a handler", "subprocess started", "subprocess running", "subprocess ready",
    "next start", "failure", "respawn scheduled", "will restart", "spawn failed",
  ]

  private func respawnLines(_ log: Substring) -> [Substring] {
    log.split(separator: "\n").filter { line in
      Self.respawnWords.contains { line.contains($0) }
    }
  }

  @Test func `three purged chats stay dead over a restart and thirty seconds`() throws {
    let project = try Project()
    try project.start("--stop-timeout", "5s")
    let chats = try (1...3).map { _ in try project.createChat("--handler", "echo") }
    for chat in chats { #expect(try project.ask(chat, "hello \(chat)") == "hello \(chat)") }
    for chat in chats { #expect(!project.handlers(of: chat).isEmpty) }
    let histories = try chats.map { try history(project, $0) }

    let purge = try project.json("service", "purge-chats")
    #expect(purge["ok"] == true)
    #expect(purge["purged"]?.array?.count == 3)
    #expect(project.handlers().isEmpty, "\(project.picture)")

    let before = (log: project.log.utf8.count, starts: try project.starts())
    try project.run("service", "restart").mustSucceed()
    // The one place where time itself is waited for: the absence of something over 30 seconds.
    let sawOne = eventually(within: 30, every: 100) {
      let lines = respawnLines(project.log.dropFirst(before.log))
      return !lines.isEmpty || !project.handlers().isEmpty
    }
    #expect(!sawOne, "\(project.picture)")
    #expect(respawnLines(project.log.dropFirst(before.log)).isEmpty)
    #expect(try project.starts() == before.starts)
    #expect(project.dispatchers().count == 1)
    try expectArchivedRows(project, chats)
    #expect(try chats.map { try history(project, $0) } == histories)
  }

  private func expectArchivedRows(_ project: Project, _ chats: [Int]) throws {
    let list = try project.run("list").mustSucceed().output
    for chat in chats {
      let row = try #require(try project.row(".chat-\(chat)"))
      #expect(row["status"] == "done")
      #expect(row["tags"]?.array?.contains("archived") == true)
      #expect(row["tags"]?.array?.contains("chat-loop") == false)
      #expect(try project.tombstone(of: chat)?["purged_at"]?.string != nil)
      #expect(list.contains { $0 == "\n" } && list.contains(".chat-\(chat)"))
    }
    #expect(list.contains("[archived]"))
  }

  private func history(_ project: Project, _ chat: Int) throws -> String {
    let folder = try project.folder(of: chat)
    let inbox = try #require(text(of: folder.appending("inbox.jsonl")))
    return inbox + (try #require(text(of: folder.appending("outbox.jsonl"))))
  }

  @Test func `a chat with no consumer and an empty inbox is not started`() throws {
    let project = try Project()
    let silent = try project.createChat("--handler", "echo")
    try project.start("--idle-timeout", "1ms")
    let spoken = try project.createChat("--handler", "echo")
    #expect(try project.ask(spoken, "ping") == "ping")
    // It goes when it is idle, and the decision after its end is to rest.
    try project.waitForState("resting", of: spoken)
    try project.waitForNoHandlers()
    let rest = try #require(try project.decisions(of: spoken).last)
    #expect(rest["to"] == "resting")
    #expect(try project.starts(of: spoken) == 1)
    #expect(try project.starts(of: silent) == 0)
    #expect(try project.status(of: spoken)["next_event_at"] == .null)
    #expect(try project.status(of: silent)["next_event_at"] == .null)

    try project.run("service", "restart").mustSucceed()
    #expect(try project.state(of: spoken) == "resting")
    #expect(try project.starts() == 1)
    #expect(project.handlers().isEmpty)
  }

  @Test func `a coordinator state without a task is archived and starts nothing`() throws {
    let project = try Project()
    let file = project.service.appending("coordinator-state-7.json")
    try project.write(file, "{\"enabled\":true,\"executor\":\"claude\",\"max_agents\":1}\n")
    try project.start("--backoff-initial", "1ms", "--backoff-max", "1ms")

    #expect(try FileStatus.of(file) == nil)
    #expect(try project.tombstone(of: 7)?["reason"] == "stale-id")
    #expect(project.logLines(containing: "Coordinator-7").count == 1)
    #expect(try project.starts() == 0)
    try project.run("service", "restart").mustSucceed()
    #expect(project.logLines(containing: "Coordinator-7").count == 1, "\(project.log)")
    #expect(try project.starts() == 0)
    #expect(try project.createChat("--handler", "echo") > 7, "numbers are never used again")
  }

  @Test func `by hand with nobody connected nothing complains and the tasks are listed`() throws {
    let project = try Project()
    try project.start()
    let chats = try (1...2).map { _ in try project.createChat("--handler", "echo") }
    for chat in chats { _ = try project.ask(chat, "before") }
    let out = try project.run("service", "purge-chats").mustSucceed()
    #expect(out.lines.first?.hasPrefix("Purged 2 chats") == true, "\(out)")
    try project.run("service", "restart").mustSucceed()

    #expect(project.logLines(containing: "[ERROR]").isEmpty, "\(project.log)")
    #expect(project.logLines(containing: "[WARN]").isEmpty, "\(project.log)")
    let list = try project.run("list").mustSucceed()
    for chat in chats {
      let line = list.lines.first { $0.contains(".chat-\(chat) ") }
      #expect(line?.contains("[archived]") == true, "\(list)")
      let history = try project.json("chat", "history", "\(chat)")["messages"]?.array
      #expect(history?.compactMap { $0["content"]?.string } == ["before", "before"])
    }
  }
}
