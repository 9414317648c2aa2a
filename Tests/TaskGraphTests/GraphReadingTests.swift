import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TaskGraph
import Testing

@Suite struct GraphReadingTests {
  @Test func `a graph that is not there is reported as not found`() throws {
    let graph = try ScratchGraph()
    let error = #expect(throws: StorageError.self) { try graph.file.chatRows() }
    #expect(error?.kind == .notFound)
    #expect(error?.file == graph.file.path)
  }

  @Test func `an empty graph has no rows`() throws {
    let graph = try ScratchGraph("")
    let (rows, problems) = try graph.file.chatRows()
    #expect(rows.isEmpty)
    #expect(problems.isEmpty)
  }

  @Test func `reading makes no lock file`() throws {
    let graph = try ScratchGraph("")
    _ = try graph.file.chatRows()
    #expect(try FileStatus.of(graph.file.lock) == nil)
  }

  @Test func `blank lines and comments are no rows and no problems`() throws {
    let graph = try ScratchGraph("\n  \n# .chat-1 \n\(chatRow(2))\n\r\n")
    let (rows, problems) = try graph.file.chatRows()
    #expect(rows.map(\.number) == [2])
    #expect(problems.isEmpty)
  }

  @Test func `a bad row is reported with its line and the others are served`() throws {
    let graph = try ScratchGraph(
      "\(chatRow(1))\n{\"id\":\".chat-2\",\n\(chatRow(3))\n\".chat-4\"\n\(chatRow(5))\n")
    let (rows, problems) = try graph.file.chatRows()
    #expect(rows.map(\.number) == [1, 3, 5])
    #expect(problems.map(\.line) == [2, 4])
    #expect(problems.allSatisfy { $0.file == graph.file.path })
  }

  @Test func `a torn last row is reported and a whole one without newline counts`() throws {
    let whole = try ScratchGraph("\(chatRow(1))\n\(chatRow(2))")
    #expect(try whole.file.chatRows().rows.map(\.number) == [1, 2])
    let torn = try ScratchGraph("\(chatRow(1))\n\(chatRow(2).dropLast(9))")
    let (rows, problems) = try torn.file.chatRows()
    #expect(rows.map(\.number) == [1])
    #expect(problems.map(\.line) == [2])
  }

  @Test func `of several rows with one id the last counts`() throws {
    let graph = try ScratchGraph(
      "\(chatRow(1, #","model":"old""#))\n\(chatRow(2))\n\(chatRow(1, #","model":"new""#))\n")
    let rows = try graph.file.chatRows().rows
    #expect(rows.map(\.number) == [1, 2])
    #expect(rows.first?.model == "new")
  }

  @Test func `an id with escapes is found`() throws {
    let graph = try ScratchGraph(#"{"id":"\u002echat\u002d7","title":"x"}"# + "\n")
    #expect(try graph.file.chatRows().rows.map(\.number) == [7])
    #expect(try graph.row(".chat-7")?.title == "x")
  }

  @Test func `a task that mentions a chat is no chat`() throws {
    let graph = try ScratchGraph(
      #"{"id":"t","title":"after .chat-1","after":[".chat-1",".coordinator-2"]}"# + "\n")
    #expect(try graph.file.chatRows().rows.isEmpty)
    #expect(try graph.row("t")?.after == [".chat-1", ".coordinator-2"])
  }

  @Test func `a folder or a pipe in place of the graph is an error`() throws {
    let graph = try ScratchGraph()
    try Directory.create(graph.file.path)
    let error = #expect(throws: StorageError.self) { try graph.file.chatRows() }
    #expect(error?.kind == .badData)
    _ = graph.file.path.withPlatformString { rmdir($0) }
    #expect(graph.file.path.withPlatformString { mkfifo($0, 0o600) } == 0)
    #expect(throws: StorageError.self) { try graph.file.chatRows() }
  }

  @Test func `a graph without a lock file's permission can still be read`() throws {
    let graph = try ScratchGraph("\(chatRow(1))\n")
    try Directory.create(graph.file.lock)
    defer { _ = graph.file.lock.withPlatformString { rmdir($0) } }
    #expect(try graph.file.chatRows().rows.count == 1)
  }

  @Test func `reading goes on while a writer holds the lock`() throws {
    let graph = try ScratchGraph("\(chatRow(1))\n")
    try graph.file.modify { _ throws(StorageError) in
      #expect((try? graph.file.chatRows())?.rows.count == 1)
    }
  }

  @Test(
    arguments: [
      (".chat-0", 0, false), (".chat-4294967295", 4_294_967_295, false),
      (".coordinator-3", 3, true),
      (".coordinator", 0, true),
    ] as [(String, UInt32, Bool)])
  func `ids of chats are read in every spelling`(id: String, number: UInt32, legacy: Bool) {
    let parsed = ChatTaskID(id)
    #expect(parsed?.number == number)
    #expect(parsed?.isLegacy == legacy)
    #expect(parsed?.text == id)
  }

  @Test(arguments: [
    ".chat-", ".chat-01", ".chat-+1", ".chat--1", ".chat-4294967296", ".chat-1 ", ".chat-1a",
    "chat-1", ".coordinator-", ".coordinator-00", ".Chat-1", ".chat-٣", "",
  ])
  func `what is no chat's id is refused`(id: String) { #expect(ChatTaskID(id) == nil) }

  @Test func `names come from titles of both words`() throws {
    func name(_ title: String) throws -> String? {
      ChatRow(["id": ".chat-1", "title": .text(title)])?.name
    }
    #expect(try name("Chat: release") == "release")
    #expect(try name("Coordinator: alice") == "alice")
    #expect(try name("chat: lower") == "lower")
    #expect(try name("Chat 1") == nil)
    #expect(try name("Chat: ") == nil)
  }

  @Test func `statuses and priorities are read as every program writes them`() {
    #expect(TaskStatus("pending-review") == .done)
    #expect(TaskStatus("in-progress") == .inProgress)
    #expect(TaskStatus("odd").spelling == "odd")
    #expect(TaskRow(["id": "a", "priority": "high"]).priority == 50)
    #expect(TaskRow(["id": "a"]).priority == 10)
    #expect(TaskRow(["id": "a", "priority": 7]).priority == 7)
  }
}
