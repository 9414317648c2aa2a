import ChatStorage
import SystemPackage
import Testing

@Suite struct CursorTests {
  @Test func `messages up to the cursor are not pending`() throws {
    let chat = try ScratchChat()
    for name in ["a", "b", "c"] { try chat.ask(name) }
    let conversation = chat.conversation()
    try conversation.refresh()
    try chat.conversation().advanceCursor(2)
    #expect(try chat.folder.text(".coordinator-cursor") == "2\n")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["c"])
    let other = chat.conversation()
    try other.refresh()
    #expect(other.waiting == ["c"])
  }

  @Test func `the cursor never goes back`() throws {
    let chat = try ScratchChat()
    for name in ["a", "b", "c"] { try chat.ask(name) }
    let conversation = chat.conversation()
    try conversation.refresh()
    try conversation.advanceCursor(3)
    try conversation.advanceCursor(1)
    #expect(try chat.folder.text(".coordinator-cursor") == "3\n")
    #expect(conversation.pending.isEmpty)
  }

  @Test func `a cursor of a rotated inbox hides nothing and can be replaced`() throws {
    let chat = try ScratchChat()
    try chat.folder.write("500", to: ".coordinator-cursor")
    let rows = [1, 2].map { "{\"id\":\($0),\"content\":\"\",\"request_id\":\"q\($0)\"}\n" }
    try chat.folder.write(rows.joined(), to: "inbox.jsonl")
    let conversation = chat.conversation()
    try conversation.refresh()
    #expect(conversation.waiting == ["q1", "q2"])
    try conversation.advanceCursor(1)
    #expect(conversation.waiting == ["q2"])
    #expect(try chat.folder.text(".coordinator-cursor") == "1\n")
  }

  @Test(arguments: ["", "x", "-1", "+1", "1 2", "99999999999999999999", "\0"])
  func `a cursor that is no number is taken as 0 and named`(text: String) throws {
    let chat = try ScratchChat()
    try chat.ask("a")
    try chat.folder.write(text, to: ".coordinator-cursor")
    let conversation = chat.conversation()
    try conversation.refresh()
    #expect(conversation.waiting == ["a"])
    #expect(conversation.problems.count == 1)
  }
}
