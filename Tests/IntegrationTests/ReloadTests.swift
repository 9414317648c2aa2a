import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Settings that change while handlers run: real programs under a real dispatcher.
@Suite(.serialized) struct ReloadTests {
  private func write(_ text: String, _ project: Project) throws {
    try AtomicFile.replace(project.wg.appending("config.toml"), with: Array(text.utf8))
  }

  private static let twoHandlers = """
    [handlers.first]
    kind = "command"
    command = "while read line; do echo one $line; done"
    [handlers.second]
    kind = "command"
    command = "while read line; do echo two $line; done"

    """

  @Test func `only the handlers that would be started otherwise are replaced`() throws {
    let project = try Project()
    try write(Self.twoHandlers, project)
    try project.start()
    let first = try project.createChat("--handler", "first")
    let second = try project.createChat("--handler", "second")
    #expect(try project.ask(first, "a") == "one a")
    #expect(try project.ask(second, "a") == "two a")
    let (old, kept) = (
      try project.waitForHandler(of: first), try project.waitForHandler(of: second)
    )
    try write(
      Self.twoHandlers.replacing("echo one", with: "echo uno") + "[supervision]\ncrash_limit = 5\n",
      project)
    let answer = try project.json("service", "reload")
    #expect(answer["restarted"]?.array?.compactMap(\.int) == [Int64(first)], "\(answer)")
    let changes = answer["changes"]?.array?.compactMap(\.string) ?? []
    #expect(changes == ["[supervision] crash_limit = 5", "[handlers.first]"])
    #expect(try project.ask(first, "b") == "uno b")
    try project.until("the old one is gone") { !old.isStillAlive }
    #expect(kept.isStillAlive)
    #expect(try project.ask(second, "b") == "two b")
    // Nobody failed.
    let clauses = try project.rows(project.service.appending("decisions.jsonl")).compactMap {
      $0["clause"]?.string
    }
    #expect(clauses.contains("swapped") && !clauses.contains("crashed"))
    #expect(project.log.contains("Configuration reloaded: [supervision] crash_limit = 5"))
    try project.run("why", "\(first)", "--verify").mustSucceed()
  }

  @Test func `a file with mistakes changes nothing, and each is named`() throws {
    let project = try Project()
    try write("[chats]\nidle_timeout = \"7min\"\n", project)
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    let handler = try project.waitForHandler(of: chat)
    try write("[chats]\nidle_timeout = 0\ntasks_max = \"x\"\n[tui]\ntheme = 1\n", project)
    let outcome = try project.run("service", "reload")
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("2 mistakes; nothing was changed"), "\(outcome)")
    #expect(outcome.errors.contains("config.toml:3:13: tasks_max"), "\(outcome)")
    #expect(outcome.errors.contains("config.toml:5:9: theme"), "\(outcome)")
    try project.until("the log has them") { project.log.contains("config.toml:5:9: theme") }
    #expect(handler.isStillAlive)
    #expect(try project.ask(chat, "still?") == "still?")
  }

  @Test func `a dispatcher starts with mistakes, and what is right counts`() throws {
    let project = try Project()
    try write("[chats]\nwatchdog = \"soon\"\n[supervision]\ncrash_limit = 2\n", project)
    try project.start("--backoff-initial", "5ms")
    #expect(project.log.contains("config.toml:2:12: watchdog"))
    try write("[supervision]\ncrash_limit = 2\n", project)
    let chat = try project.createChat(script: "exit 3")
    try project.send("hello", to: chat)
    try project.waitForState("parked", of: chat)
    try project.run("why", "\(chat)", "--verify").mustSucceed()
  }

  @Test func `a shorter idle timeout counts for a handler that runs`() throws {
    let project = try Project()
    try project.start()
    let chats = try (0..<2).map { _ in try project.createChat("--handler", "echo") }
    for chat in chats { _ = try project.ask(chat, "hello") }
    try write("[chats.\(chats[0])]\nidle_timeout = \"10ms\"\n", project)
    let answer = try project.json("service", "reload")
    #expect(answer["restarted"]?.array == [])
    try project.waitForState("resting", of: chats[0])
    #expect(try project.state(of: chats[1]) == "running")
  }

  @Test func `settings that change all the time lose no message`() throws {
    let project = try Project()
    try write(Self.twoHandlers, project)
    try project.start()
    let chats = try (0..<3).map { _ in try project.createChat("--handler", "first") }
    for round in 0..<5 {
      for chat in chats { try project.send("\(round)", to: chat) }
      try write(Self.twoHandlers.replacing("echo one", with: "echo one\(round)"), project)
      try project.run("service", "reload").mustSucceed()
    }
    for chat in chats {
      #expect(try project.ask(chat, "last") == "one4 last")
      let rows = try project.json("chat", "history", "\(chat)")["messages"]?.array ?? []
      let answers = rows.filter { $0["role"]?.string == "coordinator" }
      let texts = answers.compactMap { $0["content"]?.string?.split(separator: " ").last }
      #expect(texts == ["0", "1", "2", "3", "4", "last"], "\(rows)")
      try project.run("why", "\(chat)", "--verify").mustSucceed()
    }
  }
}
