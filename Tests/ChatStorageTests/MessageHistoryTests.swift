import ChatStorage
import JSONLines
import LinuxSystem
import Testing

/// Messages backwards, and the cursor of who reads them.
@Suite struct MessageHistoryTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private var log: MessageLog { MessageLog(directory: folder.path, .outbox) }

  private func row(_ number: Int) -> String { #"{"id":\#(number),"content":"m\#(number)"}"# }

  private func all(_ history: inout MessageHistory) throws -> [String] {
    var contents: [String] = []
    while let message = try history.next() { contents.append(message.content) }
    return contents
  }

  @Test func `messages come from the last to the first, bad rows passed over`() throws {
    try folder.write("\(row(1))\nnonsense\n\(row(2))\(row(3))\n", to: "outbox.jsonl")
    var history = try MessageHistory(log)
    #expect(try all(&history) == ["m3", "m2", "m1"])
    #expect(try history.next() == nil)
  }

  @Test(arguments: ["", "{\"id\":9,\"cont", "   "])
  func `what is appended later is given once, whatever the last row was`(torn: String) throws {
    try folder.write("\(row(1))\n\(torn)", to: "outbox.jsonl")
    var history = try MessageHistory(log)
    #expect(try all(&history) == ["m1"])
    let rest = torn.hasPrefix("{") ? "ent\":\"m9\"}\n" : "\n"
    try folder.append("\(rest)\(row(10))\n", to: "outbox.jsonl")
    var later: [UInt64] = []
    try log.forEach(from: history.end) { (message) throws(StorageError) in later.append(message.id)
    }
    #expect(later == (torn.hasPrefix("{") ? [9, 10] : [10]))
  }

  @Test func `a missing file has no messages`() throws {
    var history = try MessageHistory(log)
    #expect(try history.next() == nil && history.end == 0)
  }

  @Test func `the cursor is a decimal number, and what makes no sense counts as none`() throws {
    #expect(ConsumerCursor.read(folder.path) == 0)
    try ConsumerCursor.write(7, folder.path)
    #expect(try Descriptor.open(folder.file(".cursor"), flags: 0).readToEnd() == Array("7\n".utf8))
    #expect(ConsumerCursor.read(folder.path) == 7)
    try folder.write("soon", to: ".cursor")
    #expect(ConsumerCursor.read(folder.path) == 0)
  }

  @Test(arguments: [(0, 0, 0), (3, 5, 2), (5, 5, 0), (9, 5, 5)])
  func `unread is what comes after the cursor`(cursor: UInt64, last: UInt64, unread: UInt64) {
    #expect(ConsumerCursor.unread(cursor: cursor, lastAnswer: last) == unread)
  }
}
