import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@Suite(.serialized) struct PurgeTests {
  @Test func `purging again is no error and changes nothing`() throws {
    let project = try Project()
    try project.start()
    let chats = try (1...2).map { _ in try project.createChat("--handler", "echo") }
    _ = try project.ask(chats[0], "hello")
    _ = try project.json("service", "purge-chats")
    let graph = text(of: project.graph)
    let tombstones = try chats.map { try project.tombstone(of: $0) }
    for verb in ["purge-chats", "archive-all-chats"] {
      let again = try project.json("service", verb)
      #expect(again["ok"] == true)
      #expect(again["purged"] == [])
      #expect(
        again["skipped"]?.array?.map { $0["reason"] } == ["already archived", "already archived"])
    }
    try project.stop()
    let down = try project.json("service", "purge-chats")
    #expect(down["purged"] == [])
    #expect(down["skipped"]?.array?.count == 2)
    #expect(text(of: project.graph) == graph)
    #expect(try chats.map { try project.tombstone(of: $0) } == tombstones)
  }

  @Test func `the tombstone tells how it is known that nothing is left, and show and why say it`()
    throws
  {
    let project = try Project()
    try project.start("--stop-timeout", "20s")
    let chat = try project.createChat(script: "\"$CHILD\" hang & exec \"$CHILD\" hang")
    try project.send("hello", to: chat)
    try project.until("both are there") { project.handlers(of: chat).count == 2 }
    let leader = try project.waitForHandler(of: chat)
    try project.run("service", "purge-chats").mustSucceed()
    let evidence = try #require(try project.tombstone(of: chat)?["evidence"])
    #expect(evidence["settled"] == true)
    #expect(evidence["outcome"] == "terminated")
    #expect([1, 2].contains(evidence["reaped"]?.int))
    if KernelProbe.answers()[.groupSignal] == .works {
      #expect(evidence["process_group"] == ["id": .integer(leader.pid), "processes": 0])
    }
    let ended = "the handler (PIDs \(leader.pid), "
    #expect(try project.run("chat", "show", "\(chat)").output.contains(ended))
    #expect(try project.run("why", "\(chat)").output.contains(ended))
    #expect(try project.json("chat", "show", "\(chat)")["evidence"] == evidence)
  }

  @Test func `nothing to purge is done at once`() throws {
    let project = try Project()
    for _ in 1...2 {
      let answer = try project.json("service", "purge-chats")
      #expect(answer["ok"] == true)
      #expect(answer["purged"] == [])
      #expect(answer["errors"] == [])
      try project.start()
    }
  }

  @Test func `a row that is put back to open by hand stays purged`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    let open = try #require(text(of: project.graph))
    try project.run("service", "purge-chats").mustSucceed()
    let starts = try project.starts()
    let tombstone = try #require(try project.tombstone(of: chat))
    #expect("\(tombstone)".contains("terminated"))
    try project.write(project.graph, open)
    try project.until("the row is closed again") {
      try project.row(".chat-\(chat)")?["status"] == "done"
    }
    try project.appendMessage("come back", to: chat)
    try project.run("service", "stop").mustSucceed()
    try project.write(project.graph, open)
    try project.start()
    try project.until("the row is closed again") {
      try project.row(".chat-\(chat)")?["status"] == "done"
    }
    #expect(try project.tombstone(of: chat) == tombstone, "the evidence stays")
    try project.append(try project.folder(of: chat).appending("inbox.jsonl"), "")
    #expect(try project.state(of: chat) == "archived")
    #expect(try project.starts() == starts)
    #expect(project.handlers().isEmpty)
    let refused = try project.run("chat", "send", "\(chat)", "come back")
    #expect(refused.status != 0)
    #expect(refused.errors.contains("restore"))
  }

  @Test func `a row that is put back to open at the moment it was closed stays purged`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    let open = try #require(text(of: project.graph))
    let purge = try project.begin(["service", "purge-chats"])
    // The dispatcher still syncs the evidence: its own change and this one are one to it.
    try project.until("the row is closed", every: 0) { text(of: project.graph) != open }
    try project.write(project.graph, open)
    try purge.finish().mustSucceed()
    try project.until("the row is closed again") {
      try project.row(".chat-\(chat)")?["status"] == "done"
    }
    #expect(try project.state(of: chat) == "archived")
  }

  @Test func `with the dispatcher down the command itself ends live handlers`() throws {
    let project = try Project()
    try project.start()
    let chats = [
      try project.createChat("--handler", "echo"),
      try project.createChat("--command", "sleep 1000 & setsid sleep 1000 & exec cat"),
    ]
    for chat in chats { #expect(try project.ask(chat, "hello") == "hello") }
    try project.killDispatcher()
    #expect(chats.allSatisfy { !project.handlers(of: $0).isEmpty })

    let answer = try project.json("service", "purge-chats")
    #expect(answer["ok"] == true, "\(answer)")
    #expect(answer["dispatcher"] == "not_running" || answer["dispatcher"]?.string != "running")
    #expect(
      answer["purged"]?.array?.map { $0["handler"]?["outcome"] } == ["terminated", "terminated"])
    #expect(project.handlers().isEmpty, "\(project.picture)")
    for chat in chats { #expect(try project.row(".chat-\(chat)")?["status"] == "done") }
    try project.start()
    #expect(try chats.map { try project.state(of: $0) } == ["archived", "archived"])
    #expect(project.handlers().isEmpty)
  }

  @Test func `the answer has the same shape up and down`() throws {
    let project = try Project()
    try project.start()
    let first = try project.createChat("--handler", "echo")
    _ = try project.ask(first, "hello")
    let up = try project.json("service", "purge-chats")
    try project.stop()
    let second = try project.createChat("--handler", "echo")
    let down = try project.json("service", "purge-chats")
    #expect(up["purged"]?.array?.first?["chat_id"]?.int == Int64(first))
    #expect(down["purged"]?.array?.first?["chat_id"]?.int == Int64(second))
    #expect(shape(up) == shape(down))
  }

  /// The keys, and those of the first purged and its handler.
  private func shape(_ answer: JSONValue) -> [[String]] {
    let purged = answer["purged"]?.array?.first
    return [answer, purged, purged?["handler"]].map { $0?.object?.keys ?? [] }
  }

  @Test(arguments: [true, false])
  func `a dry run changes nothing and an exception is kept`(dispatcherRuns: Bool) throws {
    let project = try Project()
    if dispatcherRuns { try project.start() }
    let kept = try project.createChat("--handler", "echo", "--name", "keep")
    let gone = try project.createChat("--handler", "echo")
    let graph = text(of: project.graph)
    let dry = try project.json("service", "purge-chats", "--dry-run", "--except", "keep")
    #expect(dry["purged"]?.array?.map { $0["chat_id"]?.int } == [Int64(gone)])
    #expect(text(of: project.graph) == graph)
    #expect(try project.tombstone(of: gone) == nil)

    let real = try project.json("service", "purge-chats", "--except", "keep")
    #expect(real["purged"]?.array?.map { $0["chat_id"]?.int } == [Int64(gone)])
    #expect(real["skipped"]?.array?.first?["reason"] == "excepted")
    #expect(try project.tombstone(of: kept) == nil)
    if dispatcherRuns { #expect(try project.ask(kept, "alive?") == "alive?") }
  }

  @Test func `the chat that a purge is called from is skipped`() throws {
    let project = try Project()
    try project.start()
    let wg = try TestPrograms.path("wg")
    let caller = try project.createChat("--command", "exec sh")
    let other = try project.createChat("--handler", "echo")
    _ = try project.ask(other, "hello")
    let text = try project.ask(caller, "'\(wg)' --dir '\(project.wg)' service purge-chats --json")
    let answer = try JSONValue.parse(Array(text.utf8))
    #expect(answer["purged"]?.array?.map { $0["chat_id"]?.int } == [Int64(other)], "\(answer)")
    #expect(answer["skipped"]?.array?.map { $0["reason"] } == ["caller chat"])
    #expect(try project.ask(caller, "echo still here") == "still here")
  }

  @Test func `attached chats are kept when asked and purged otherwise`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let client = try ControlClient(project)
    #expect(try client.ask(["cmd": "attach", "chat_id": .integer(chat)])["ok"] == true)
    _ = try project.waitForHandler(of: chat)
    let kept = try project.json("service", "purge-chats", "--keep-attached")
    #expect(kept["skipped"]?.array?.first?["reason"] == "attached")
    #expect(!project.handlers(of: chat).isEmpty)
    let purged = try project.json("service", "purge-chats")
    #expect(purged["purged"]?.array?.count == 1)
    #expect(project.handlers().isEmpty)
  }

  @Test(arguments: [true, false])
  func `a restored chat answers again with its history`(dispatcherRuns: Bool) throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo", "--name", "phoenix")
    #expect(try project.ask(chat, "before") == "before")
    try project.run("service", "purge-chats").mustSucceed()
    if !dispatcherRuns { try project.stop() }
    try project.run("chat", "restore", "phoenix").mustSucceed()
    if !dispatcherRuns { try project.start() }
    #expect(try project.tombstone(of: chat) == nil)
    #expect(try project.ask(chat, "after") == "after")
    let messages = try project.json("chat", "history", "phoenix")["messages"]?.array
    #expect(
      messages?.compactMap { $0["content"]?.string } == ["before", "before", "after", "after"])
    #expect(try project.row(".chat-\(chat)")?["tags"]?.array?.contains("archived") == false)
    try project.run("service", "restart").mustSucceed()
    #expect(try project.ask(chat, "still") == "still")
  }

  @Test(arguments: [true, false])
  func `archive and delete end one chat and leave the others`(dispatcherRuns: Bool) throws {
    let project = try Project()
    try project.start()
    let chats = try (1...3).map { _ in try project.createChat("--handler", "echo") }
    for chat in chats { _ = try project.ask(chat, "hello") }
    if !dispatcherRuns { try project.killDispatcher() }
    try project.run("chat", "archive", "\(chats[0])").mustSucceed()
    try project.run("chat", "delete", "\(chats[1])").mustSucceed()
    try project.run("chat", "archive", "\(chats[0])").mustSucceed()
    #expect(project.handlers(of: chats[0]).isEmpty)
    #expect(project.handlers(of: chats[1]).isEmpty)
    #expect(!project.handlers(of: chats[2]).isEmpty)
    #expect(try project.row(".chat-\(chats[0])")?["status"] == "done")
    #expect(try project.row(".chat-\(chats[1])")?["status"] == "abandoned")
    #expect(try project.tombstone(of: chats[0])?["reason"] == "archive")
    #expect(try project.tombstone(of: chats[1])?["reason"] == "delete")
    #expect(try project.outbox(of: chats[1]).count == 1, "the history stays")
    if dispatcherRuns { #expect(try project.ask(chats[2], "you?") == "you?") }
  }

  @Test func `an archive asked for twice at once is answered twice and done once`() throws {
    let project = try Project()
    try project.start("--stop-timeout", "2s")
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    let both = try (1...6).map { number in
      try project.begin(
        number % 2 == 0 ? ["service", "purge-chats"] : ["chat", "archive", "\(chat)"])
    }
    for command in both { try command.finish().mustSucceed() }
    #expect(project.handlers().isEmpty)
    let entries = try #require(try project.row(".chat-\(chat)")?["log"]?.array)
    #expect(entries.count { "\($0)".contains("rchived") || "\($0)".contains("urged") } == 1)
  }
}
