import ChatStorage
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

/// What a dispatcher has changed and not yet written to the files of the chats.
@Suite final class ChatStateJournalTests {
  private let folder: ScratchFolder
  private let layout: ProjectLayout
  private var problems: [Problem] = []
  private let file = "service/chats/journal.jsonl"

  init() throws {
    folder = try ScratchFolder()
    layout = ProjectLayout(root: folder.path)
    try Directory.createDurably(layout.chatStates)
  }

  private var store: ChatStateStore { ChatStateStore(layout) { self.problems.append($0) } }

  /// The revision is told from the number of the run.
  private func record(_ run: UInt64) -> ChatRecord {
    var record = ChatRecord()
    record.revision = run
    record.incarnation = run
    return record
  }

  private func append(_ runs: [(chat: UInt32, run: UInt64)], to journal: ChatStateJournal) throws {
    try journal.append(runs.map { (chat: ChatID($0.chat), record: record($0.run)) })
  }

  private func write(_ chat: UInt32, _ run: UInt64) throws {
    try store.write([(chat: ChatID(chat), record: record(run))])
  }

  /// The number in the record of each chat.
  private func runs() throws -> [UInt32: UInt64] {
    try Dictionary(uniqueKeysWithValues: store.all().map { ($0.key.number, $0.value.incarnation) })
  }

  @Test func `of a file and the rows of a chat the highest revision counts`() throws {
    try write(1, 10)
    try write(2, 20)
    let journal = ChatStateJournal(layout)
    try append([(1, 11), (3, 30), (2, 19)], to: journal)
    try append([(1, 13), (1, 12), (2, 20)], to: journal)
    #expect(try runs() == [1: 13, 2: 20, 3: 30])
    #expect(try store.read(ChatID(1)) == record(13))
    #expect(try store.read(ChatID(2)) == record(20))
    #expect(try store.journaled() == [ChatID(1), ChatID(2), ChatID(3)])
    try write(1, 14)
    #expect(try runs() == [1: 14, 2: 20, 3: 30])
  }

  @Test func `whoever changes a record that has a row is not hidden by the row`() throws {
    try append([(1, 7)], to: ChatStateJournal(layout))
    var changed = try store.read(ChatID(1))
    changed.desired = .down
    try store.write(ChatID(1), changed)
    #expect(try store.read(ChatID(1)) == changed)
  }

  @Test func `rows that were left are brought to their files, and the journal goes`() throws {
    try folder.write("{", to: "service/chats/chat-2.json")
    try write(3, 9)
    try append([(1, 1), (2, 2), (1, 3), (3, 8)], to: ChatStateJournal(layout))
    try store.settle()
    #expect(try runs() == [1: 3, 2: 2, 3: 9])
    let names = try folder.names("service/chats").sorted()
    #expect(names.count == 4 && !names.contains("journal.jsonl"))
    #expect(names[2].hasPrefix("chat-2.json.corrupt-"), "it is kept for somebody to look at")
    try store.settle()
    #expect(try runs() == [1: 3, 2: 2, 3: 9])
  }

  @Test func `a journal cut at any byte says what was so after one of its rows`() throws {
    let journal = ChatStateJournal(layout)
    var after: [[UInt32: UInt64]] = [[:]]
    var ends = [0]
    for (chat, run) in [(1, 1), (2, 1), (1, 2), (3, 7)] as [(UInt32, UInt64)] {
      try append([(chat, run)], to: journal)
      after.append(after.last?.merging([chat: run]) { $1 } ?? [:])
      // The newline need not be there.
      ends.append(try folder.bytes(file).count - 1)
    }
    let whole = try folder.bytes(file)
    for count in 0...whole.count {
      try folder.overwrite(file, with: Array(whole.prefix(count)))
      let known = try #require(ends.lastIndex { $0 <= count })
      #expect(try runs() == after[known], "\(count) bytes")
      // The next dispatcher goes on behind what was torn.
      try append([(9, 9)], to: ChatStateJournal(layout))
      #expect(try runs() == after[known].merging([9: 9]) { $1 }, "\(count) bytes")
    }
    #expect(problems.allSatisfy { $0.file == layout.chatStateJournal })
  }

  @Test func `lines that are no rows are told of, passed over and kept`() throws {
    try append([(1, 1)], to: ChatStateJournal(layout))
    let strange = [
      "[]", "{}", #"{"chat_id":-1,"record":{}}"#, #"{"chat_id":1,"record":7}"#, "\0\0",
    ]
    let text = try folder.text(file) + strange.joined(separator: "\n") + "\n \n"
    try folder.overwrite(file, with: Array(text.utf8))
    #expect(try runs() == [1: 1])
    #expect(problems.map(\.line) == [2])
    try store.settle()
    #expect(try runs() == [1: 1])
    let aside = try #require(
      try folder.names("service/chats").first { $0.hasPrefix("journal.jsonl.corrupt-") })
    #expect(try folder.text("service/chats/\(aside)") == text)
  }

  @Test func `what is no file is told of, and the files count`() throws {
    try write(1, 1)
    try Directory.create(layout.chatStateJournal)
    #expect(try runs() == [1: 1])
    #expect(problems.map(\.file) == [layout.chatStateJournal])
    #expect(throws: StorageError.self) { try append([(1, 2)], to: ChatStateJournal(layout)) }
    try store.settle()
    #expect(try runs() == [1: 1])
  }

  @Test func `a journal has a bound, and is emptied when the files say it all`() throws {
    let journal = ChatStateJournal(layout, limit: 1_024)
    var run: UInt64 = 0
    let error = #expect(throws: StorageError.self) {
      while true {
        try append([(1, run + 1)], to: journal)
        run += 1
      }
    }
    #expect(error?.kind == .noSpace)
    #expect(try runs() == [1: run] && run > 5)
    #expect(try folder.bytes(file).count <= 1_024)
    journal.clear()
    #expect(try folder.bytes(file).isEmpty)
    try append([(1, 1)], to: journal)
    #expect(try runs() == [1: 1])
  }

  @Test func `rows of another dispatcher are not removed with one's own`() throws {
    try append([(1, 1)], to: ChatStateJournal(layout))
    let next = ChatStateJournal(layout)
    try append([(2, 2)], to: next)
    #expect(next.hasOthers)
    next.clear()
    #expect(try runs() == [1: 1, 2: 2])
    // Somebody has brought them to their files meanwhile.
    try store.settle()
    try append([(3, 3)], to: next)
    #expect(!next.hasOthers)
    next.clear()
    #expect(try folder.bytes(file).isEmpty)
  }

  @Test func `a journal that somebody removed is there again after it was cleared`() throws {
    let journal = ChatStateJournal(layout)
    try append([(1, 1)], to: journal)
    try AtomicFile.remove(layout.chatStateJournal)
    journal.clear()
    try append([(1, 2)], to: journal)
    #expect(try runs() == [1: 2])
  }
}
