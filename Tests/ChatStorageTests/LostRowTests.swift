import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

/// Rows that were there, were read, and are gone: what a power cut may do to a message whose sender
/// was never told that it is sent, and a full disk to one whose syncing failed.
@Suite struct LostRowTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @discardableResult
  private func send(_ requestID: String) throws -> ChatMessage {
    try MessageLog(directory: folder.path, .inbox).append(
      NewMessage(
        role: .user, content: "?", requestID: requestID, timestamp: "2026-04-27T18:00:00Z"))
  }

  private func answer(_ requestID: String) throws {
    try MessageLog(directory: folder.path, .outbox).append(
      NewMessage(role: .coordinator, content: "!", requestID: requestID))
  }

  private func waiting() throws -> [String] {
    let conversation = Conversation(directory: folder.path)
    try conversation.refresh()
    return conversation.pending.map(\.requestID)
  }

  /// Both messages were answered, and only the first is left of them.
  private func loseOne(checkpoint: Bool) throws {
    for name in ["a", "b"] {
      try send(name)
      try answer(name)
    }
    let conversation = Conversation(directory: folder.path)
    try conversation.refresh()
    if checkpoint {
      #expect(try conversation.saveCheckpoint())
    } else {
      try conversation.advanceCursor(2)
    }
    let rows = try folder.bytes("inbox.jsonl")
    let first = rows.prefix { $0 != 0x0A } + [0x0A]
    let inbox = try Descriptor.open(folder.file("inbox.jsonl"), flags: O_RDWR)
    try inbox.truncate(to: Int64(first.count))
  }

  @Test func `who takes the id of a lost message is not behind the cursor`() throws {
    try loseOne(checkpoint: false)
    #expect(try send("c").id == 2)
    #expect(try waiting() == ["c"])
    #expect(try folder.text(".coordinator-cursor") == "0\n")
  }

  @Test func `a cursor that fits is left alone`() throws {
    for name in ["a", "b"] { try send(name) }
    let conversation = Conversation(directory: folder.path)
    try conversation.refresh()
    try conversation.advanceCursor(2)
    try send("c")
    #expect(try waiting() == ["c"])
    #expect(try folder.text(".coordinator-cursor") == "2\n")
  }

  @Test func `a message of the same length in the place of a lost one was not read before`() throws
  {
    try loseOne(checkpoint: true)
    #expect(try send("c").id == 2)
    #expect(try waiting() == ["c"])
  }
}
