import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Many chats fail of one thing, and the dispatcher is killed meanwhile, again and again.
@Suite struct OutageMemoryTests {
  private static let chats = Int(CurrentProcess.variable("WG_TEST_OUTAGE_CHATS") ?? "") ?? 30
  private static let deaths = 3

  /// A handler that fails as long as the thing is not there, and is an echo when it is.
  private func handler(_ project: Project) throws -> FilePath {
    let handler = try TestPrograms.path("wg-handler")
    return try project.script("[ -e '\(thing(project))' ] || exit 75\nexec '\(handler)' echo")
  }

  private func thing(_ project: Project) -> FilePath { project.scratch.file("thing") }

  private func settle(_ project: Project) throws {
    try project.write(
      project.wg.appending("config.toml"),
      """
      [supervision]
      outage_delay = "1s"
      # The first one that looks after a start of the dispatcher tries, and is mostly the same one.
      crash_limit = 1000
      """)
  }

  @Test func `a dispatcher that dies in an outage costs one try, and no message`() throws {
    let project = try Project()
    try settle(project)
    let handler = try handler(project)
    let chats = try (0..<Self.chats).map { _ in
      try project.createChat("--handler", handler.string)
    }
    for chat in chats { try project.send("hello", to: chat) }
    let began = Clock.monotonic
    try project.start()
    try project.until("all of them wait for one", within: 120) {
      try chats.allSatisfy { try waitsForOthers(project, $0) }
    }
    for death in 1...Self.deaths {
      try project.killDispatcher()
      let before = try project.starts()
      try project.start()
      try project.until("one has tried again", within: 120) { try project.starts() > before }
      #expect(project.logLines(containing: "several chats failed alike").count == 1 + death)
    }
    let seconds = Int((Clock.monotonic - began) / 1_000_000_000)
    let starts = try project.starts()
    // Before it was seen to be an outage four may have started a few times. Then one in each second,
    // and one for each death that came before its failure was written down.
    #expect(starts <= Self.chats + 20 + Self.deaths + seconds + 1)
    try project.write(thing(project), "")
    let after = try project.starts()
    for chat in chats { try project.waitForAnswers(of: chat) }
    #expect(try !project.decisions().contains { $0["clause"]?.string == "poison-message" })
    // One start for each that waited, and what was under way when the thing came back.
    #expect(try project.starts() <= after + Self.chats + 2)
  }

  /// Whether the next dispatcher would know that the chat waits for others.
  private func waitsForOthers(_ project: Project, _ chat: Int) throws -> Bool {
    let path = project.service.appending("chats").appending("chat-\(chat).json")
    guard let text = text(of: path), let row = try? JSONValue.parse(Array(text.utf8)) else {
      return false
    }
    return row["outage"]?["exit"]?.string == "exited 75"
  }
}
