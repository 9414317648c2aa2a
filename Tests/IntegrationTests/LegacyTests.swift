import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What other programs and older times left in a project.
@Suite(.serialized) struct LegacyTests {
  private func legacyRow(_ number: Int, title: String, extra: String = "") -> String {
    """
    {"kind":"task","id":".coordinator-\(number)","title":"\(title)","status":"in-progress",\
    "priority":50,"tags":["coordinator-loop"],"executor_preset_name":"echo","x_unknown":1.50\(extra)}

    """
  }

  @Test func `legacy rows get their new names by themselves and answer`() throws {
    let project = try Project()
    let other =
      "{\"kind\":\"task\",\"id\":\"t\",\"after\":[\".coordinator-3\"],\"status\":\"open\"}\n"
    try project.write(project.graph, legacyRow(3, title: "Coordinator: alice") + other)
    try project.start()
    #expect(try project.row(".coordinator-3") == nil)
    let row = try #require(try project.row(".chat-3"))
    #expect(row["title"] == "Chat: alice")
    #expect(row["tags"] == ["chat-loop"])
    #expect("\(row)".contains("\"x_unknown\":1.50"), "unknown members and spellings survive")
    #expect(try project.row("t")?["after"] == [".chat-3"])
    #expect(try project.ask(3, "hello") == "hello")
    #expect(
      try project.run("chat", "send", ".coordinator-3", "old name", "--wait").output == "old name\n"
    )
  }

  @Test func `where both names exist the new row wins and the old one is archived`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    try project.append(project.graph, legacyRow(chat, title: "Coordinator \(chat)"))
    try project.run("service", "restart").mustSucceed()
    let old = try #require(
      try project.rows(project.graph).first {
        $0["x_unknown"] != nil
      })
    #expect(old["status"] == "done")
    #expect(old["tags"]?.array?.contains("archived") == true)
    #expect(try project.row(".chat-\(chat)")?["status"] == "in-progress")
    #expect(try project.ask(chat, "who?") == "who?")
    let purge = try project.json("service", "purge-chats")
    #expect(purge["purged"]?.array?.count == 1)
    #expect(try project.json("service", "purge-chats")["purged"] == [])
  }

  @Test func `legacy rows that appear while it runs are met as well`() throws {
    let project = try Project()
    try project.start()
    try project.append(project.graph, legacyRow(5, title: "Coordinator 5"))
    try project.until("the row has its new name") { try project.row(".chat-5") != nil }
    #expect(try project.ask(5, "hello") == "hello")
  }

  @Test func `a row deleted while its handler runs archives the chat`() throws {
    let project = try Project()
    try project.start("--stop-timeout", "2s")
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    try project.write(project.graph, "")
    try project.until("it is archived") { try project.tombstone(of: chat) != nil }
    try project.waitForNoHandlers()
    #expect(try project.tombstone(of: chat)?["reason"] == "stale-id")
    try project.appendMessage("anybody?", to: chat)
    try project.run("service", "restart").mustSucceed()
    #expect(project.handlers().isEmpty)
    #expect(try project.starts(of: chat) == 1)
  }

  @Test func `the migration can be looked at first`() throws {
    let project = try Project()
    try project.write(project.graph, legacyRow(2, title: "Coordinator 2"))
    let before = text(of: project.graph)
    let dry = try project.json("migrate", "chat-rename", "--dry-run")
    #expect(text(of: project.graph) == before)
    #expect("\(dry)".contains(".chat-2"), "\(dry)")
    try project.run("migrate", "chat-rename").mustSucceed()
    #expect(try project.row(".chat-2")?["title"] == "Chat 2")
    let after = text(of: project.graph)
    try project.run("migrate", "chat-rename").mustSucceed()
    #expect(text(of: project.graph) == after)
  }

  @Test(arguments: [true, false])
  func `a live holder of the session lock is adopted and not fought`(isLocked: Bool) throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    try project.appendMessage("hello", to: chat)
    let holder = try beginHolder(project, chat, isLocked: isLocked)
    try project.start("--stop-timeout", "2s", "--backoff-initial", "1ms", "--backoff-max", "2ms")

    #expect(try project.state(of: chat) == "running")
    #expect(try project.status(of: chat)["pid"]?.int == Int64(holder.pid))
    #expect(try project.starts(of: chat) == 0)
    #expect(try project.decisions(of: chat).map { $0["clause"]?.string } == ["adopted"])
    #expect(project.logLines(containing: "Coordinator-\(chat)").count == 1, "\(project.log)")
    try holder.process.signal(.kill)
    _ = try holder.finish()
    try project.waitForAnswers(of: chat)
    #expect(try project.starts(of: chat) == 1)
    #expect(try project.deliveryFault(of: chat) == nil)
  }

  @Test func `purge ends a handler that was started by hand`() throws {
    let project = try Project()
    try project.start("--stop-timeout", "2s")
    let chat = try project.createChat("--handler", "echo")
    let holder = try beginHolder(project, chat, isLocked: true)
    let answer = try project.json("service", "purge-chats")
    #expect(answer["ok"] == true, "\(answer)")
    #expect(try holder.finish().status == -1)
    #expect(answer["purged"]?.array?.first?["handler"]?["pids"] == [.integer(holder.pid)])
  }

  @Test(arguments: ["stop", "archive", "delete"])
  func `a verb that ends a chat ends a handler that was started by hand`(verb: String) throws {
    let project = try Project()
    try project.start("--stop-timeout", "2s")
    let chat = try project.createChat("--handler", "echo")
    let holder = try beginHolder(project, chat, isLocked: true)
    let answer = try project.json("chat", verb, "\(chat)")
    #expect(answer["ok"] == true, "\(answer)")
    #expect(try holder.finish(within: 10).status == -1)
  }

  @Test(arguments: [true, false])
  func `purge ends a handler that leads no group`(dispatcherRuns: Bool) throws {
    let project = try Project()
    if dispatcherRuns { try project.start("--stop-timeout", "2s") }
    let chat = try project.createChat("--handler", "echo")
    // A shell without job control leaves what it starts in its own group.
    let holder = try beginHolder(project, chat, isLocked: true, prefix: "sh", suffix: "& wait")
    let member = try #require(project.processes().first { $0.status.name == "test-child" })
    #expect(member.status.group == holder.pid && member.pid != holder.pid)
    let answer = try project.json("service", "purge-chats", "--grace", "2s")
    #expect(answer["ok"] == true, "\(answer)")
    #expect(!member.isStillAlive)
    #expect(answer["purged"]?.array?.first?["handler"]?["outcome"] == "terminated")
    #expect(try holder.finish().status == 0, "who only was in the same group is left alone")
  }

  /// A program that holds the chat's lock as a handler does: with a lock on the file, or as the
  /// existing program with its number in it alone.
  private func beginHolder(
    _ project: Project, _ chat: Int, isLocked: Bool, prefix: String = "exec sh",
    suffix: String = ""
  ) throws -> RunningCommand {
    let file = try project.folder(of: chat).appending(".handler.pid")
    let script = try project.script(
      """
      exec 9<>'\(file)'
      \(isLocked ? "flock -n 9 || exit 1" : "")
      printf '%s\\n%s\\n%s\\n' $$ "$(date -u +%Y-%m-%dT%H:%M:%S.%N+00:00)" adapter >&9
      \(isLocked ? "" : "exec 9>&-")
      exec "$CHILD" never-read
      """)
    let starter = try project.script("\(prefix) '\(script)' \(suffix)")
    let holder = try project.begin(system: "sh", [starter.string])
    try project.until("the holder stands") { try holder.outputSoFar().contains("ready") }
    return holder
  }
}
