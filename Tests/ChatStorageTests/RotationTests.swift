import ChatStorage
import Glibc
import JSONLines
import SystemPackage
import Testing

@Suite struct RotationTests {
  private let row = "{\"id\":1,\"content\":\"\",\"request_id\":\"fresh\"}\n"

  @Test func `a new inbox is read from its beginning`() throws {
    let chat = try ScratchChat()
    for name in ["a", "b"] { try chat.ask(name) }
    let conversation = chat.conversation()
    try conversation.refresh()
    try chat.folder.write(row, to: "inbox.jsonl")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["fresh"])
  }

  @Test func `a shorter inbox, a longer one and none are noticed`() throws {
    let chat = try ScratchChat()
    for name in ["a", "b"] { try chat.ask(name) }
    let conversation = chat.conversation()
    try conversation.refresh()
    try chat.folder.overwrite("inbox.jsonl", with: Array(row.utf8))
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["fresh"])
    let longer = "{\"id\":1,\"content\":\"longer than before\",\"request_id\":\"x\"}\n"
    try chat.folder.overwrite("inbox.jsonl", with: Array(longer.utf8))
    while try !conversation.refresh() {}
    #expect(conversation.waiting == ["x"])
    unlink(chat.path.appending("inbox.jsonl").string)
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
  }

  @Test func `answers that stay count for an inbox that was rewritten`() throws {
    let chat = try ScratchChat()
    for number in 0..<40 {
      try chat.ask("q\(number)")
      try chat.answer("q\(number)")
    }
    try chat.ask("last")
    let conversation = chat.conversation()
    try conversation.refresh()
    try chat.folder.write(try chat.folder.text("inbox.jsonl"), to: "inbox.jsonl")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["last"])
  }

  @Test func `an outbox that was rotated away does not bring questions back`() throws {
    let chat = try ScratchChat()
    try chat.ask("a")
    try chat.answer("a")
    let conversation = chat.conversation()
    try conversation.refresh()
    unlink(chat.path.appending("outbox.jsonl").string)
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
    try chat.ask("b")
    try chat.answer("b")
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
  }

  @Test func `a pending message that moved is not mistaken for another`() throws {
    let chat = try ScratchChat()
    try chat.ask("a")
    let conversation = chat.conversation()
    try conversation.refresh()
    let pending = try #require(conversation.pending.first)
    try chat.folder.write(row, to: "inbox.jsonl")
    #expect { try conversation.message(at: pending) } throws: {
      ($0 as? StorageError)?.kind == .badData
    }
  }
}
