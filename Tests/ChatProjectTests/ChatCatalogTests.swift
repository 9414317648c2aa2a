import ChatProject
import ChatStorage
import JSONLines
import LinuxSystem
import SystemPackage
import TaskGraph
import TestSupport
import Testing

@Suite struct ChatCatalogTests {
  private let project: ScratchProject

  init() throws { project = try ScratchProject() }

  @Test func `a new chat has a row, a session and a folder`() throws {
    let chat = try project.catalog.create(
      ChatRequest(name: "release", handler: .command("bc -q"), model: "m"), by: change)
    #expect(chat.id == ChatID(1))
    #expect(chat.name == "release")
    #expect(chat.handler == .command(["bash", "-lc", "bc -q"]))
    #expect(chat.row.model == "m")
    #expect(chat.row.workingDirectory == project.folder.project.string)
    #expect(try FileStatus.of(project.chatFolder(chat.id))?.kind == .directory)
    #expect(try project.summary(chat.id) == chat)
  }

  @Test func `the project's configuration chooses the handler where nobody else does`() throws {
    let chat = try project.create()
    #expect(try project.summary(chat).handler == .builtIn("echo"))
  }

  @Test func `numbers are never used again, whatever is left of a chat`() throws {
    #expect(try project.create() == ChatID(1))
    project.graphText = ""
    #expect(try project.create() == ChatID(2), "the session remembers")
    try project.entomb(ChatID(10))
    #expect(try project.create() == ChatID(11), "the tombstone remembers")
    try ChatStateStore(project.layout).write(ChatID(20), ChatRecord())
    #expect(try project.create() == ChatID(21), "the state remembers")
    try ChatStateJournal(project.layout).append([(chat: ChatID(25), record: ChatRecord())])
    #expect(try project.create() == ChatID(26), "what a dispatcher noted of it remembers")
    try AtomicFile.replace(project.layout.coordinatorState(ChatID(30)), with: [])
    #expect(try project.create() == ChatID(31), "the old state file remembers")
    project.graphText += #"{"id":".coordinator-40","status":"done"}"# + "\n"
    #expect(try project.create() == ChatID(41), "the old spelling counts")
  }

  @Test func `the highest number that there can be is an error, not a wrap`() throws {
    project.graphText = #"{"id":".chat-4294967295"}"# + "\n"
    let error = #expect(throws: StorageError.self) { try project.create() }
    #expect(error?.kind == .input)
  }

  @Test func `fifty chats made at once have fifty numbers`() throws {
    let layout = project.layout
    try inThreads(50) { index in
      _ = try ChatCatalog(layout: layout).create(ChatRequest(name: "c\(index)x"), by: change)
    }
    let chats = try project.catalog.chats(includeArchived: true)
    #expect(chats.map(\.id.number) == Array(1...50))
    #expect(Set(chats.map(\.session)).count == 50)
    #expect(Set(chats.map(\.name)).count == 50)
  }

  @Test func `a name that a live chat has is refused, one of an archived chat is free`() throws {
    let first = try project.create("release")
    let error = #expect(throws: StorageError.self) { try project.create("Release") }
    #expect(error?.kind == .exists)
    let before = project.graphText
    #expect(throws: StorageError.self) { try project.create("a/b") }
    #expect(project.graphText == before)
    try project.archive(first)
    #expect(try project.create("release") == ChatID(2))
  }

  @Test func `a corrupt registry of sessions does not keep people from making chats`() throws {
    try project.create()
    try AtomicFile.replace(project.layout.sessions, with: Array("{torn".utf8))
    #expect(throws: StorageError.self) { try project.catalog.snapshot() }
    #expect(try project.create() == ChatID(2))
    #expect(try project.files().contains { $0.hasPrefix("chat/sessions.json.corrupt-") })
  }

  @Test func `a chat is found by every way to name it`() throws {
    let chat = try project.create("Über mich")
    let session = try #require(try project.sessions.session(for: chat))
    let spellings = [
      "1", ".chat-1", "chat-1", ".coordinator-1", "coordinator-1", "über mich", session.text,
      String(session.text.prefix(13)),
    ]
    for text in spellings {
      let reference = try #require(ChatReference.parse(text))
      #expect(try project.catalog.resolve(reference).id == chat, "\(text)")
    }
    for text in ["2", "nobody", "ffffffff", "00000000-0000-7000-8000-000000000000"] {
      let reference = try #require(ChatReference.parse(text))
      let error = #expect(throws: StorageError.self) { try project.catalog.resolve(reference) }
      #expect(error?.kind == .notFound, "\(text)")
    }
  }

  @Test func `a live chat goes before an archived one of its name and two live ones are ambiguous`()
    throws
  {
    let first = try project.create("twin")
    try project.archive(first)
    let second = try project.create("twin")
    #expect(try project.catalog.resolve(.name("twin")).id == second)
    try project.catalog.restore(first, by: change)
    let error = #expect(throws: StorageError.self) { try project.catalog.resolve(.name("twin")) }
    #expect(error?.kind == .input)
  }

  @Test func `a name goes before the beginning of a session`() throws {
    let one = try project.create()
    let session = try #require(try project.sessions.session(for: one))
    let named = try project.create(String(session.text.prefix(6)))
    let reference = try #require(ChatReference.parse(String(session.text.prefix(6))))
    #expect(try project.catalog.resolve(reference).id == named)
  }

  @Test func `archived chats are listed only when asked for`() throws {
    let (one, two) = (try project.create(), try project.create())
    try project.archive(one)
    #expect(try project.catalog.chats(includeArchived: false).map(\.id) == [two])
    #expect(try project.catalog.chats(includeArchived: true).map(\.id) == [one, two])
  }

  @Test func `a tombstone stands when another program puts the row back to open`() throws {
    let chat = try project.create()
    let open = project.graphText
    try project.archive(chat)
    #expect(try project.summary(chat).isArchived)
    project.graphText = open
    let summary = try project.summary(chat)
    #expect(summary.isArchived)
    #expect(!summary.row.isRetired)
    #expect(try project.catalog.chats(includeArchived: false).isEmpty)
    #expect(try project.catalog.unfinishedPurges(in: project.catalog.snapshot()) == [chat])
  }

  @Test func `archiving many rows is one rewrite and is not repeated`() throws {
    for _ in 0..<5 { try project.create() }
    let chats = (1...6).map { ChatID($0) }
    let changed = try project.catalog.archiveRows(chats, by: change) { "bye \($0)" }
    #expect(changed == Set(chats.prefix(5)))
    let inode = try FileStatus.of(project.layout.graph)?.inode
    #expect(try project.catalog.archiveRows(chats, by: change) { "bye \($0)" }.isEmpty)
    #expect(try FileStatus.of(project.layout.graph)?.inode == inode)
  }

  @Test func `restoring brings row, session and number back, from any step it stopped at`() throws {
    let chat = try project.create("a")
    let session = try #require(try project.sessions.session(for: chat))
    try project.archive(chat)
    try project.sessions.markArchived([session])
    // Stopped after the row: the tombstone still stands, so it still counts as archived.
    try project.catalog.graph.modify { editor throws(StorageError) in
      for row in editor.chats {
        row.restored("x", by: change).map { editor.replace(row.id, with: $0) }
      }
    }
    #expect(try project.summary(chat).isArchived)
    let restored = try project.catalog.restore(chat, by: change)
    #expect(!restored.isArchived)
    #expect(restored.session == session)
    #expect(try project.sessions.load().entry(session)?.archivedAt == nil)
    let text = project.graphText
    #expect(try !project.catalog.restore(chat, by: change).isArchived)
    #expect(project.graphText == text)
  }

  @Test func `what has no row cannot be restored, deleted or configured`() throws {
    try project.entomb(ChatID(9), .staleID)
    let catalog = project.catalog
    let steps: [() throws -> Void] = [
      { try catalog.restore(ChatID(9), by: change) },
      { try catalog.deleteRow(ChatID(9), by: change) },
      { try catalog.configure(ChatID(9), handler: nil, model: "m", endpoint: nil, by: change) },
    ]
    for step in steps {
      let error = #expect(throws: StorageError.self) { try step() }
      #expect(error?.kind == .notFound)
    }
    #expect(try project.tombstones.contains(ChatID(9)))
  }

  @Test func `a chat gets another handler and model in place`() throws {
    let chat = try project.create()
    try project.catalog.configure(
      chat, handler: .kind("codex"), model: "m2", endpoint: nil, by: change)
    let summary = try project.summary(chat)
    #expect(summary.handler == .builtIn("codex"))
    #expect(summary.row.model == "m2")
    #expect(summary.row.commandArguments.suffix(2) == ["--model", "m2"])
  }

  @Test func `a chat gets another name, unless a live chat has it`() throws {
    let chat = try project.create("a")
    let other = try project.create("b")
    #expect(try project.catalog.rename(chat, to: "c", by: change))
    #expect(try !project.catalog.rename(chat, to: "c", by: change))
    #expect(try project.summary(chat).name == "c")
    for taken in ["B", "4", "a/b", ""] {
      #expect(throws: StorageError.self) {
        try project.catalog.rename(chat, to: taken, by: change)
      }
    }
    try project.catalog.archiveRows([other], by: change) { _ in "archived" }
    #expect(try project.catalog.rename(chat, to: "b", by: change))
  }

  @Test func `state files without a row are named, the dispatcher's own is not`() throws {
    try project.create()
    for chat in [ChatID(0), ChatID(1), ChatID(7)] {
      try AtomicFile.replace(project.layout.coordinatorState(chat), with: Array("{}".utf8))
    }
    #expect(try project.catalog.staleStateFiles() == [ChatID(0), ChatID(7)])
    let status = Array(#"{"enabled":true,"max_agents":8}"#.utf8)
    try AtomicFile.replace(project.layout.coordinatorState(ChatID(0)), with: status)
    #expect(try project.catalog.staleStateFiles() == [ChatID(7)])
  }

  @Test func `a chat without a task archives itself once`() throws {
    let chat = try project.create()
    for id in [chat, ChatID(7)] {
      try AtomicFile.replace(project.layout.coordinatorState(id), with: Array("{}".utf8))
    }
    let author = Tombstone.Author(uid: 0, pid: 1, command: "test")
    #expect(try project.catalog.retireStale(by: author, at: 0) == [ChatID(7)])
    #expect(try project.tombstones.tombstone(for: ChatID(7))?.reason == .staleID)
    #expect(try FileStatus.of(project.layout.coordinatorState(ChatID(7))) == nil)
    #expect(try FileStatus.of(project.layout.coordinatorState(chat)) != nil)
    #expect(try project.catalog.retireStale(by: author, at: 0).isEmpty)
  }

  @Test func `legacy chats are migrated once and keep their sessions`() throws {
    project.graphText =
      #"{"id":".coordinator-3","title":"Coordinator: alice","tags":["coordinator-loop"]}"# + "\n"
    let session = try project.sessions.register(ChatID(3))
    let planned = try project.catalog.migrateLegacy(dryRun: true, by: change)
    #expect(try project.catalog.hasLegacyRows())
    #expect(try project.catalog.migrateLegacy(dryRun: false, by: change) == planned)
    #expect(try !project.catalog.hasLegacyRows())
    let summary = try project.summary(ChatID(3))
    #expect(summary.session == session)
    #expect(summary.name == "alice")
    #expect(try project.catalog.migrateLegacy(dryRun: false, by: change).isEmpty)
  }

  @Test func `random steps keep tombstones monotone and files consistent`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    var archived: [ChatID: Bool] = [:]
    for step in 0..<60 {
      let chat = archived.keys.sorted().randomElement(using: &random)
      switch (Int.random(in: 0..<5, using: &random), chat) {
      case (1, let chat?):
        try project.archive(chat)
        archived[chat] = true
      case (2, let chat?):
        try project.catalog.restore(chat, by: change)
        archived[chat] = false
      case (3, let chat?):
        try project.entomb(chat, .purge)
        archived[chat] = true
      case (4, _):
        project.graphText = project.graphText.replacing(
          #""status":"done""#, with: #""status":"open""#)
      default:
        archived[try project.create()] = false
      }
      let seen = try project.catalog.chats(includeArchived: true)
      #expect(seen.map(\.id) == archived.keys.sorted(), "seed \(seed), step \(step)")
      for summary in seen {
        #expect(summary.isArchived == archived[summary.id], "seed \(seed), step \(step)")
      }
    }
  }
}

extension String {
  fileprivate func replacing(_ old: String, with new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}
