import ChatStorage
import SystemPackage
import Testing

@Suite struct CheckpointTests {
  private func settled() throws -> ScratchChat {
    let chat = try ScratchChat()
    for name in ["a", "b"] {
      try chat.ask(name)
      try chat.answer(name)
    }
    let conversation = chat.conversation()
    try conversation.refresh()
    #expect(try conversation.saveCheckpoint())
    return chat
  }

  @Test func `reading alone writes nothing`() throws {
    let chat = try ScratchChat()
    try chat.ask("a")
    let before = try chat.folder.names()
    try chat.conversation().refresh()
    #expect(try chat.folder.names() == before)
  }

  @Test func `none is written while something waits or is unread`() throws {
    let chat = try ScratchChat()
    try chat.ask("a")
    try chat.ask("b")
    let conversation = chat.conversation()
    #expect(try !conversation.saveCheckpoint())
    _ = try conversation.refresh(budget: 1)
    #expect(try !conversation.saveCheckpoint())
    try conversation.refresh()
    #expect(try !conversation.saveCheckpoint())
    #expect(try !chat.folder.names().contains(".wg-positions"))
  }

  @Test func `a new process starts where the last one was`() throws {
    let chat = try settled()
    let conversation = chat.conversation()
    try conversation.refresh()
    #expect(conversation.bytesRead == 0)
    #expect(conversation.pending.isEmpty)
  }

  @Test(arguments: [
    "", "{", "[]", "{}", #"{"version":2}"#, #"{"version":1,"inbox":{},"outbox":{}}"#,
    #"{"version":1,"inbox":{"inode":0,"offset":9,"last_id":1},"outbox":{"inode":0,"offset":0,"last_id":0}}"#,
    #"{"version":1,"inbox":{"inode":0,"offset":-9,"last_id":1},"outbox":{"inode":0,"offset":0,"last_id":0}}"#,
  ])
  func `nonsense is ignored`(text: String) throws {
    let chat = try settled()
    try chat.ask("c")
    try chat.folder.write(text, to: ".wg-positions")
    let conversation = chat.conversation()
    try conversation.refresh()
    #expect(conversation.waiting == ["c"])
  }

  @Test func `one that does not fit the files is ignored`() throws {
    let chat = try settled()
    let inbox = try chat.folder.bytes("inbox.jsonl")
    let shifted = Array("{\"id\":9,\"content\":\"\",\"request_id\":\"z\"}\n".utf8) + inbox
    try chat.folder.overwrite("inbox.jsonl", with: shifted)
    let first = chat.conversation()
    try first.refresh()
    #expect(first.waiting == ["z"])
    try chat.folder.overwrite("inbox.jsonl", with: Array(inbox.prefix(inbox.count / 2)))
    let second = chat.conversation()
    try second.refresh()
    #expect(second.pending.isEmpty)
    try chat.folder.write(String(decoding: shifted, as: UTF8.self), to: "inbox.jsonl")
    let third = chat.conversation()
    try third.refresh()
    #expect(third.waiting == ["z"])
  }
}
