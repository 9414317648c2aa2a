import Testing

@testable import ChatHandlers

/// What becomes of the parts of a turn.
@Suite struct TurnTranscriptTests {
  @Test(arguments: [["after"], ["\n\nafter"], ["\n", "\n", "after"], ["", "\r\n\nafter"]])
  func `what follows an action is a paragraph, however the agent begins it`(pieces: [String]) {
    var turn = TurnTranscript()
    turn.add(.text("before"))
    turn.add(.action("Dig", details: "sand\n"))
    for piece in pieces { turn.add(.text(piece)) }
    turn.add(.text("\n\nas it was said"))
    #expect(turn.text == "before\n\nafter\n\nas it was said")
    #expect(turn.complete == "before\n┌─ Dig ─\n│ sand\n└─\nafter\n\nas it was said")
  }

  @Test func `an answer begins as it was said`() {
    var turn = TurnTranscript()
    turn.add(.text("\n  indented"))
    #expect(turn.text == "\n  indented" && turn.complete == nil)
  }

  @Test func `a text without end is cut at its limit, once, and told so`() {
    var turn = TurnTranscript()
    let piece = String(repeating: "ä", count: 1 << 19)
    for _ in 0..<8 { turn.add(.text(piece)) }
    #expect(turn.text.utf8.count <= TurnTranscript.limit + 20)
    #expect(turn.text.hasSuffix("ä\n(the rest was cut)"))
  }

  @Test func `of an action's details the beginning is shown`() {
    var turn = TurnTranscript()
    turn.add(.action("one\nline", details: (1...20).map { "\($0)\n" }.joined()))
    let lines = turn.complete?.split(separator: "\n") ?? []
    #expect(lines.first == "┌─ one line ─")
    #expect(lines.suffix(3) == ["│ 12", "│ …", "└─"])
  }
}
