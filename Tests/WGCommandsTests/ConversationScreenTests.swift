import ChatStorage
import ControlProtocol
import JSONLines
import LinuxSystem
import Terminal
import TestSupport
import Testing

@testable import WGCommands

@Suite struct ConversationScreenTests {
  private var screen = ConversationScreen(
    size: Size(columns: 30, rows: 10), theme: .dark, person: "ann")

  private func entry(
    _ box: MessageLog.Box, _ content: String, role: String = "coordinator", request: String = "r"
  ) throws -> ConversationHistory.Entry {
    let row: JSONObject = [
      "id": 1, "timestamp": "", "role": .text(box == .inbox ? "user" : role),
      "content": .text(content), "request_id": .text(request), "user": "ann",
    ]
    return ConversationHistory.Entry(box: box, message: try #require(ChatMessage(row: row)))
  }

  @Test mutating func `an answer is shown as it grows, and printed once`() throws {
    screen.show(try entry(.inbox, "why?"))
    #expect(screen.isBusy)
    #expect(screen.takePrinted().map(\.text) == ["ann", "why?", ""])
    screen.show(streaming: "because **it")
    #expect(screen.block().lines.map(\.text) == ["because **it", "> "])
    screen.show(streaming: "because **it is**")
    #expect(screen.block().lines.map(\.text) == ["because it is", "> "])
    screen.show(try entry(.outbox, "because **it is**"))
    // The handler removes what it wrote after the answer is in the outbox.
    screen.show(streaming: "because **it is**")
    #expect(screen.takePrinted().map(\.text) == ["coordinator", "because it is", ""])
    #expect(screen.block().lines.map(\.text) == ["> "])
    #expect(!screen.isBusy)
    screen.show(streaming: nil)
    screen.show(streaming: "because")
    #expect(screen.block().lines.map(\.text) == ["because", "> "])
  }

  @Test mutating func `a long answer never pushes the line that is typed in off the screen`() {
    screen.situation = "the handler is starting"
    screen.show(streaming: (1...100).map { "line \($0)" }.joined(separator: "\n"))
    for _ in 0..<500 { _ = screen.editor.handle(.text("x")) }
    let block = screen.block()
    #expect(block.lines.count <= 10)
    #expect(block.lines.contains { $0.text == "line 100" })
    #expect(block.lines.allSatisfy { $0.columns < 30 })
    #expect(block.cursor.row < block.lines.count && block.cursor.column < 30)
  }

  @Test(arguments: [(1, 1), (2, 2), (5, 1), (0, 0)])
  mutating func `no screen is too small`(columns: Int, rows: Int) throws {
    screen.size = Size(columns: columns, rows: rows)
    screen.show(streaming: "漢字 and more")
    screen.show(try entry(.inbox, "question"))
    #expect(!screen.block().lines.isEmpty)
  }

  @Test mutating func `an error is no Markdown`() throws {
    screen.show(try entry(.outbox, "exit *status* 3", role: "system-error"))
    #expect(screen.takePrinted().map(\.text) == ["system-error", "exit *status* 3", ""])
  }
}

@Suite struct ChatSituationTests {
  private func sentence(_ state: ChatState, isConnected: Bool = true, next: String? = nil)
    -> String?
  {
    let status = ChatStatus(
      chatID: 7, taskID: ".chat-7", title: "", state: state, nextEventAt: next, handler: "echo")
    return ChatSituation(status: status, isConnected: isConnected).sentence(now: 0)
  }

  @Test func `a chat that runs needs no words, and every other state has some`() {
    #expect(sentence(.running) == nil)
    for state in ChatState.allCases where state != .running {
      #expect(sentence(state)?.isEmpty == false, "\(state)")
    }
  }

  @Test func `what has to be done is said`() {
    #expect(sentence(.down)?.contains("wg chat start 7") == true)
    #expect(sentence(.parked)?.contains("wg chat reset 7") == true)
    #expect(sentence(.archived)?.contains("wg chat restore 7") == true)
    #expect(sentence(.running, isConnected: false)?.contains("wg service start") == true)
  }

  @Test func `the next try is told by the clock and as a distance`() {
    let sentence = sentence(.backoff, next: "1970-01-01T00:00:12.000Z")
    #expect(sentence?.contains(/next try at \d\d:\d\d:12, in 12s/) == true, "\(sentence ?? "")")
  }
}
