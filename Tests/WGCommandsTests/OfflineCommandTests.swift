import ChatStorage
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import WGCommands

/// Commands on the files of a project whose dispatcher does not run.
struct OfflineCommandTests {
  private let project: TestProject

  init() throws { project = try TestProject() }

  @Test func `a project is made once`() {
    let again = project.run("init")
    #expect(again.status == 1)
    #expect(again.diagnostics.contains("already"))
  }

  @Test func `where there is no project the hint is how to make one`() throws {
    let elsewhere = try TemporaryDirectory()
    for line in ["list", "chat list", "service status", "chat send 1 hi", "service purge-chats"] {
      let outcome = RunOutcome.of(line, in: elsewhere.path)
      #expect(outcome.status == 66, "\(line)")
      #expect(outcome.diagnostics.contains("wg init"))
    }
  }

  @Test func `a project is found by option, by environment and from below`() throws {
    let root = project.folder.path.string
    #expect(RunOutcome.of("--dir \(root) chat list").status == 0)
    #expect(RunOutcome.of("chat list --dir \(root)/.wg").status == 0)
    #expect(RunOutcome.of("chat list", environment: ["WG_DIR": root]).status == 0)
    let below = project.folder.path.appending("a").appending("b")
    try Directory.create(below)
    #expect(RunOutcome.of("chat list", in: below).status == 0)
  }

  @Test func `a chat is made and listed`() throws {
    #expect(project.run("chat list").output.hasPrefix("No chats."))
    let number = try project.makeChat("release")
    let list = try project.json("chat list")
    #expect(list["dispatcher"] == "not_running")
    let chat = try #require(list["chats"]?.array?.first)
    #expect(chat["chat_id"]?.uint == UInt64(number))
    #expect(chat["name"] == "release")
    #expect(chat["state"] == "resting")
    #expect(chat["handler"] == "echo")
    #expect(project.run("chat ls").output.hasPrefix("ID  NAME     STATE    SINCE"))
    #expect(project.run("list").output.contains("Chat: release"))
  }

  @Test(arguments: ["../up", "a/b", "7", ".chat-3", "chat-3", ".."])
  func `names that would be misunderstood are refused`(_ name: String) {
    let outcome = project.run(["chat", "create", "--name", name])
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.diagnostics.hasPrefix("wg: "))
  }

  @Test func `a model that nobody wrote down is remarked on, where others are, and taken`() throws {
    let number = try project.makeChat("release")
    #expect(!project.run("chat set \(number) -m smal").diagnostics.contains("[models]"))
    let file = project.folder.path.appending(".wg").appending("config.toml")
    let text = "[models.small]\nname = \"s-1\"\n[models.large]\n"
    try AtomicFile.replace(file, with: Array(text.utf8), mode: 0o644, durability: .atomic)
    for line in ["chat set \(number) -m smal", "chat create --handler echo -m smal"] {
      let outcome = project.run(line)
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.diagnostics.contains("[models] has no `smal`"))
      #expect(outcome.diagnostics.contains("there are large, small; is `small` meant?"))
    }
    #expect(!project.run("chat set \(number) -m small").diagnostics.contains("[models]"))
    #expect(!project.run("chat set \(number) -e http://h/v1").diagnostics.contains("[models]"))
  }

  @Test func `a name that is taken is refused`() throws {
    _ = try project.makeChat("one")
    #expect(project.run("chat create --name one").status == 1)
  }

  @Test func `a chat is found under each of its names`() throws {
    let number = try project.makeChat("release")
    let session = try #require(try project.json("chat show release")["chat"]?["session"]?.string)
    let names = [
      "\(number)", ".chat-\(number)", ".coordinator-\(number)", "chat-\(number)", "release",
      session, String(session.prefix(30)),
    ]
    for name in names { #expect(project.run("chat show \(name)").status == 0, "\(name)") }
    #expect(project.run("chat show 99").status == 66)
    #expect(project.run(["chat", "show", ""]).status == 64)
  }

  @Test func `a message is on the disk when send returns`() throws {
    let number = try project.makeChat("a")
    let sent = project.run(["chat", "send", "a", "hello"])
    #expect(sent.status == 0)
    #expect(sent.diagnostics.contains("no dispatcher runs"))
    let messages = try MessageLog(directory: project.directory(number), .inbox).last(5)
    #expect(messages.map(\.content) == ["hello"])
    #expect(messages.first?.user == "tester")
    #expect(messages.first?.role == .user)
    #expect(try project.json("chat show a")["chat"]?["pending"] == 1)
  }

  @Test func `a message is read from standard input without its last newline`() throws {
    let number = try project.makeChat("a")
    #expect(project.run("chat send a -", input: "two\nlines\n").status == 0)
    #expect(
      try MessageLog(directory: project.directory(number), .inbox).last(1).first?.content
        == "two\nlines")
    #expect(project.run("chat send a -", input: "").status == 64)
    let long = String(repeating: "x", count: MessageText.limit + 1)
    #expect(project.run("chat send a -", input: long).status == 64)
  }

  @Test func `waiting without a dispatcher keeps the message and says what is missing`() throws {
    _ = try project.makeChat("a")
    let outcome = project.run("chat send a hi --wait")
    #expect(outcome.status == 69)
    #expect(outcome.output.isEmpty)
    #expect(outcome.diagnostics.contains("wg service start"))
    #expect(try project.json("chat show a")["chat"]?["pending"] == 1)
  }

  @Test func `history tells both sides and --json gives the rows`() throws {
    let number = try project.makeChat("a")
    _ = project.run("chat send a question")
    let directory = try project.directory(number)
    let asked = try #require(try MessageLog(directory: directory, .inbox).last(1).first)
    try MessageLog(directory: directory, .outbox).append(
      NewMessage(role: .coordinator, content: "an\nanswer", requestID: asked.requestID))
    let history = project.run("chat history a")
    #expect(history.output.contains(" tester: question\n"))
    #expect(history.output.contains(" coordinator: an\n  answer\n"))
    let json = try project.json("chat history a")
    #expect(json["messages"]?.array?.map { $0["box"]?.string } == ["inbox", "outbox"])
    #expect(try project.json("chat history a -n 1")["messages"]?.array?.count == 1)
    #expect(try project.json("chat show a")["chat"]?["pending"] == 0)
  }

  @Test func `a stopped chat says so until it is started`() throws {
    _ = try project.makeChat("a")
    #expect(try project.json("chat stop a")["changed"] == true)
    #expect(try project.json("chat stop a")["changed"] == false)
    #expect(try project.json("chat show a")["chat"]?["state"] == "down")
    #expect(project.run("chat send a hi").diagnostics.contains("is stopped"))
    let waiting = project.run("chat send a hi --wait")
    #expect(waiting.status == 75)
    #expect(waiting.diagnostics.contains("wg chat start"))
    #expect(try project.json("chat start a")["state"] == "resting")
  }

  @Test func `reset forgets the crashes of a parked chat`() throws {
    let number = try project.makeChat("a")
    let store = ChatStateStore(project.layout)
    var record = ChatRecord()
    record.crashes = [.init(at: 1_000_000_000, summary: "exit status 1")]
    record.parkedAt = 1_000_000_000
    try store.write(ChatID(number), record)
    #expect(try project.json("chat show a")["chat"]?["state"] == "parked")
    #expect(try project.json("chat reset a")["state"] == "resting")
    #expect(try project.json("chat reset a")["changed"] == false)
  }

  @Test func `an archived chat takes no messages and comes back whole`() throws {
    _ = try project.makeChat("a")
    _ = project.run("chat send a one")
    #expect(try project.json("chat archive a")["changed"] == true)
    let again = try project.json("chat archive a")
    #expect(again["changed"] == false)
    #expect(again["note"] == "already archived")
    #expect(project.run("chat list").output.hasPrefix("No chats."))
    #expect(project.run("chat list --all").output.contains("archived"))
    #expect(project.run("list").output.contains("[archived]"))
    let refused = project.run("chat send a two")
    #expect(refused.status == 1)
    #expect(refused.diagnostics.contains("wg chat restore"))
    #expect(project.run("chat stop a").status == 1)
    #expect(try project.json("chat restore a")["state"] == "resting")
    #expect(try project.json("chat history a")["messages"]?.array?.count == 1)
    #expect(try project.json("chat restore a")["changed"] == false)
  }

  @Test func `archive and delete leave different reasons behind`() throws {
    let one = try project.makeChat("one")
    let two = try project.makeChat("two")
    #expect(project.run("chat archive one").status == 0)
    #expect(project.run("chat delete two").status == 0)
    let tombstones = try TombstoneStore(project.layout).all()
    #expect(tombstones[ChatID(one)]?.reason == .archive)
    #expect(tombstones[ChatID(two)]?.reason == .delete)
    #expect(try project.json("show .chat-\(two)")["task"]?["status"] == "abandoned")
    #expect(try project.json("show .chat-\(one)")["task"]?["status"] == "done")
    #expect(try project.json("chat delete two")["changed"] == false)
  }

  @Test func `set changes the row in place`() throws {
    _ = try project.makeChat("a")
    #expect(project.run("chat set a -m opus -e http://localhost").status == 0)
    let chat = try project.json("show a")
    #expect(chat["task"]?["model"] == "opus")
    #expect(chat["task"]?["endpoint"] == "http://localhost")
    #expect(chat["chat"]?["model"] == "opus")
    #expect(project.run(["chat", "set", "a", "--command", "bc -q"]).status == 0)
    #expect(try project.json("chat show a")["chat"]?["handler"] == "bc")
  }

  @Test func `rename gives another name, and says when it has it already`() throws {
    _ = try project.makeChat("a")
    #expect(try project.json("chat rename a b")["name"] == "b")
    #expect(try project.json("chat rename b b")["changed"] == false)
    #expect(project.run("chat rename b 7").status == 64)
  }

  @Test func `interrupting and reloading need the dispatcher`() throws {
    _ = try project.makeChat("a")
    for line in ["chat interrupt a", "service reload", "service interrupt-chat a"] {
      let outcome = project.run(line)
      #expect(outcome.status == 69, "\(line)")
      #expect(outcome.diagnostics.contains("wg service start"))
    }
  }

  @Test func `the legacy spellings do the same`() throws {
    #expect(project.run("service create-coordinator --name a").status == 0)
    #expect(project.run("service stop-coordinator a").status == 0)
    #expect(project.run("service set-executor a --executor claude").status == 0)
    #expect(project.run("service archive-chat a").status == 0)
    #expect(project.run("service delete-chat a").status == 0)
    #expect(try project.json("chat list --all")["chats"]?.array?.count == 1)
  }

  @Test func `the service says that it does not run, with the keys of one that does`() throws {
    _ = try project.makeChat("a")
    let status = try project.json("service status")
    #expect(status["status"] == "not_running")
    #expect(status["pid"] == .null)
    #expect(status["counts"]?["resting"] == 1)
    #expect(project.run("service status").output.hasPrefix("Service: not running\n"))
    #expect(project.run("service stop").output == "Service not running\n")
    #expect(project.run("service logs").status == 66)
  }

  @Test func `reading never writes`() throws {
    let number = try project.makeChat("a")
    _ = project.run("chat send a hi")
    let before = try Self.listing(project.layout.root)
    for line in [
      "list", "chat list --all", "chat show a", "show \(number)", "chat history a",
      "service status", "service purge-chats --dry-run --except a", "migrate chat-rename --dry-run",
    ] {
      #expect(project.run(line).status == 0, "\(line)")
    }
    // A purge keeps dispatchers out by a lock, for which it needs the lock's file.
    let after = try Self.listing(project.layout.root).filter { !$0.hasPrefix("/service") }
    #expect(after == before)
  }

  /// Every file below a folder with its inode, size and time of change.
  private static func listing(_ root: FilePath, _ prefix: String = "") throws -> [String] {
    try Directory.names(in: root).sorted().flatMap { name -> [String] in
      let path = root.appending(name)
      guard let status = try FileStatus.of(path) else { return [] }
      let line = "\(prefix)/\(name) \(status.inode)"
      if status.kind == .directory { return [line] + (try listing(path, "\(prefix)/\(name)")) }
      return ["\(line) \(status.size) \(status.modified)"]
    }
  }

  @Test func `names with escape sequences reach no terminal`() throws {
    let row =
      #"{"kind":"task","id":".chat-9","title":"Chat: \u001b]0;evil\u0007","status":"in-progress","#
      + #""tags":["chat-loop"],"description":"\u001b[2J","log":[{"message":"\u001b[1m"}]}"#
    try AtomicFile.replace(project.layout.graph, with: Array((row + "\n").utf8))
    for line in ["list", "chat list", "chat show 9", "show .chat-9", "chat stop 9"] {
      let outcome = project.run(line)
      #expect(outcome.status == 0, "\(line): \(outcome)")
      #expect(!outcome.output.unicodeScalars.contains("\u{1B}"), "\(line)")
      #expect(!outcome.diagnostics.unicodeScalars.contains("\u{1B}"), "\(line)")
    }
  }

  @Test func `a bad row is reported and the others are shown`() throws {
    let number = try project.makeChat("a")
    try RegularLog.openForAppending(project.layout.graph).writeAll("{\"id\":\n".utf8)
    let outcome = project.run("list")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains(".chat-\(number)"))
    #expect(outcome.diagnostics.contains("graph.jsonl:2"))
  }

  @Test func `legacy chats are renamed once`() throws {
    let row =
      #"{"kind":"task","id":".coordinator-3","title":"Coordinator: alice","#
      + #""status":"in-progress","tags":["coordinator-loop"]}"#
    try AtomicFile.replace(project.layout.graph, with: Array((row + "\n").utf8))
    let dry = try project.json("migrate chat-rename --dry-run")
    #expect(dry["renamed_ids"] == [[".coordinator-3", ".chat-3"]])
    #expect(project.run("list").output.contains(".coordinator-3"))
    #expect(try project.json("migrate chat-rename")["dry_run"] == false)
    #expect(project.run("list").output.contains(".chat-3 - Chat: alice"))
    #expect(try project.json("migrate chat-rename")["renamed_ids"] == [])
  }
}
