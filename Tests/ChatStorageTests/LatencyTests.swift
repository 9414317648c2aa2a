import ChatStorage
import JSONLines
import Testing

/// How long answers took, as a conversation finds it out.
@Suite struct LatencyTests {
  private let folder: ScratchFolder
  private let conversation: Conversation

  init() throws {
    folder = try ScratchFolder()
    conversation = Conversation(directory: folder.path)
    try conversation.refresh()
  }

  @Test func `an answer to a question of now has one`() throws {
    try MessageLog(directory: folder.path, .inbox).append(
      NewMessage(role: .user, content: "?", requestID: "a"))
    try conversation.refresh()
    try answer()
    let latencies = conversation.takeLatencies()
    #expect(latencies.count == 1)
    #expect(latencies.allSatisfy { $0 >= 0 })
  }

  @Test(arguments: ["1700-01-01T00:00:00Z", "2200-01-01T00:00:00Z"])
  func `an answer to a question of another century has none`(time: String) throws {
    try folder.write(
      #"{"id":1,"timestamp":"\#(time)","role":"user","content":"?","request_id":"a"}"# + "\n",
      to: "inbox.jsonl")
    try conversation.refresh()
    #expect(conversation.pending.map(\.requestID) == ["a"])
    try answer()
    #expect(conversation.pending.isEmpty)
    #expect(conversation.takeLatencies().isEmpty)
  }

  private func answer() throws {
    try MessageLog(directory: folder.path, .outbox).append(
      NewMessage(role: .coordinator, content: "!", requestID: "a"))
    try conversation.refresh()
  }
}
