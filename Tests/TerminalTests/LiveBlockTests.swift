import Testing

@testable import Terminal

@Suite struct LiveBlockTests {
  private let screen = Size(columns: 10, rows: 5)
  private let start = Position(column: 0, row: 0)

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func `lines are printed above the block, which is drawn again below them`() {
    var block = LiveBlock(depth: .none)
    let cursor = Position(column: 2, row: 1)
    let lines = [StyledLine("state"), StyledLine("> ")]
    #expect(
      text(block.frame(printing: [], block: lines, cursor: cursor, on: screen))
        == "\u{1B}[?2026h\r\u{1B}[Jstate\r\n> \r\u{1B}[2C\u{1B}[?2026l")
    #expect(
      text(block.frame(printing: [StyledLine("said")], block: lines, cursor: cursor, on: screen))
        == "\u{1B}[?2026h\r\u{1B}[1A\u{1B}[Jsaid\r\nstate\r\n> \r\u{1B}[2C\u{1B}[?2026l")
    #expect(text(block.end(on: screen)) == "\r\u{1B}[1A\u{1B}[J")
  }

  @Test func `nothing is sent when nothing differs`() {
    var block = LiveBlock(depth: .none)
    let lines = [StyledLine("> x")]
    #expect(!block.frame(printing: [], block: lines, cursor: start, on: screen).isEmpty)
    #expect(block.frame(printing: [], block: lines, cursor: start, on: screen).isEmpty)
    #expect(
      !block.frame(printing: [], block: lines, cursor: start, on: Size(columns: 9, rows: 5)).isEmpty
    )
  }

  @Test func `a line that the terminal broke in two is removed whole`() {
    var block = LiveBlock(depth: .none)
    let lines = [StyledLine("123456789"), StyledLine("> ")]
    _ = block.frame(
      printing: [], block: lines, cursor: Position(column: 2, row: 1), on: screen)
    #expect(text(block.end(on: Size(columns: 4, rows: 5))) == "\r\u{1B}[3A\u{1B}[J")
  }
}
