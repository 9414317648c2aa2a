import ChatProject
import ChatStorage
import JSONLines
import LinuxSystem
import Settings
import TestSupport
import Testing

@testable import WGCommands

/// How people and scripts called the existing program.
@Suite struct LegacySpellingTests {
  private let project: TestProject

  init() throws { project = try TestProject() }

  private func answer(_ request: String, _ text: String, in chat: UInt32) throws {
    _ = try MessageLog(directory: try project.directory(chat), .outbox).append(
      NewMessage(role: .coordinator, content: text, requestID: request))
  }

  @Test func `a message without a command is sent to the only chat`() throws {
    let chat = try project.makeChat("a")
    // Nothing answers without a dispatcher; the message is in the inbox all the same.
    let outcome = project.run(["chat", "how are you?", "--timeout", "1"])
    #expect(outcome.status == 69, "\(outcome)")
    let inbox = try MessageLog(directory: try project.directory(chat), .inbox).last(9)
    #expect(inbox.map(\.content) == ["how are you?"])
    #expect(project.run(["chat", "--history"]).output.contains("how are you?"))
    #expect(
      project.run(["chat", "--history", "--coordinator", "1", "--history-depth", "0"]).status == 0)
  }

  @Test func `of several chats none is guessed, unless it is chat 0`() throws {
    #expect(project.run(["chat", "to nobody"]).status == 66)
    _ = try project.makeChat("a")
    let other = try project.makeChat("b")
    #expect(project.run(["chat", "to whom?"]).status == 64)
    #expect(project.run(["chat", "to b", "--coordinator", "\(other)"]).status == 69)
    #expect(try MessageLog(directory: try project.directory(other), .inbox).last(9).count == 1)
  }

  @Test(arguments: ["lsit", "purge", "resume"])
  func `a mistyped command is not said to an agent`(word: String) throws {
    let chat = try project.makeChat("a")
    let outcome = project.run(["chat", word])
    #expect(outcome.status == 64 && outcome.diagnostics.contains("no command"), "\(outcome)")
    #expect(try MessageLog(directory: try project.directory(chat), .inbox).last(9).isEmpty)
  }

  @Test func `without anything wg chat shows its commands`() {
    for line in ["chat", "chat --help"] {
      let outcome = project.run(line)
      #expect(outcome.status == 0 && outcome.output.contains("attach"), "\(line): \(outcome)")
      #expect(!outcome.output.contains("history-depth"), "\(line): \(outcome)")
    }
  }

  @Test(arguments: [
    ("chat --clear", "wg chat archive"), ("chat --rotate", "not rotated"),
    ("chat resume 1", "wg chat restore"), ("coordinator list", "wg chat list"),
    ("service pause", "wg chat stop"), ("service tick", "nothing"),
    ("session rm 1", "wg chat delete"), ("agents", "task agents"),
    ("spawn-task .chat-1", "wg-handler"), ("config --show", "wg-config"),
  ])
  func `what is not here is refused with what to do instead`(line: String, advice: String) {
    let outcome = project.run(line)
    #expect(outcome.status == 64 && outcome.diagnostics.contains(advice), "\(outcome)")
  }

  @Test func `wg init takes model, endpoint and route`() throws {
    let folder = try TemporaryDirectory()
    func start(_ line: String, in name: String) throws -> Configuration {
      try Directory.create(folder.file(name))
      let outcome = RunOutcome.of(line, in: folder.file(name))
      guard outcome.status == 0 else { throw FaultError(outcome.diagnostics) }
      return Configuration.read(
        ConfigurationPlaces(project: folder.file("\(name)/.wg/config.toml")))
    }
    let plain = try start("init -x codex -m o4 -e http://e/", in: "a")
    #expect(plain.handler == "codex" && plain.model == "o4" && plain.endpoint == "http://e/")
    let routed = try start("init --route openrouter -m m", in: "b")
    #expect(routed.handler == "openai" && routed.endpoint == "https://openrouter.ai/api/v1")
    #expect(try start("init", in: "c").handler == "claude")
    let refused = [
      "init --route nex-custom", "init --route claude-cli -x echo", "init --route x", "init -e e",
    ]
    for line in refused {
      #expect(RunOutcome.of(line, in: folder.path).status == 64)
    }
  }

  @Test func `a cycle over an older program's edge is refused with the way round`() throws {
    #expect(project.run("add first --id first").status == 0)
    #expect(project.run("add second --id second").status == 0)
    // The edge stands at its other end.
    let path = project.layout.graph
    let rows = (text(of: path) ?? "").replacing(
      "\"id\":\"first\"", with: "\"id\":\"first\",\"before\":[\"second\"]")
    try AtomicFile.replace(path, with: Array(rows.utf8))
    let outcome = project.run("add third --id third --after second --before first")
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.diagnostics.contains("third -> second -> first -> third"), "\(outcome)")
  }
}
