import Terminal
import Testing

@testable import TerminalUI

/// Scrolling, searching, and what is read when.
@Suite struct TranscriptTests {
  var stage = Stage()

  private static let many = (0..<200).map { Stage.answer("line \($0)", UInt64($0)) }

  private var lines: [String] {
    stage.picture.canvas.text.filter { $0.contains("line ") }
      .compactMap { $0.split(separator: "│").last.map { $0.trimmingSpaces } }
  }

  @Test mutating func `the end is shown, and new messages move it`() throws {
    stage.open(Self.many)
    #expect(lines.last == "line 199")
    let place = try #require(stage.model.wishes.conversation)
    stage.send(.newer(place, [Stage.answer("line 200", 200)]))
    #expect(lines.last == "line 200")
  }

  @Test mutating func `who has scrolled back stays there when messages come`() throws {
    stage.open(Self.many)
    stage.press(.plain(.pageUp), .plain(.pageUp))
    let before = lines
    let place = try #require(stage.model.wishes.conversation)
    stage.send(.newer(place, [Stage.answer("line 200", 200)]))
    stage.send(.older(place, OlderMessages([Stage.answer("line -1", 0)], isBeginning: true)))
    #expect(lines == before)
    #expect(stage.text.contains("more below"))
    stage.press(.key(.end, .control))
    #expect(lines.last == "line 200")
  }

  @Test mutating func `back and on again is where one was, by pages and by the wheel`() {
    stage.open(Self.many)
    let wheel = Position(column: 50, row: 10)
    for _ in 0..<20 { stage.press(.plain(.pageUp)) }
    let before = lines
    for _ in 0..<9 { stage.press(.mouse(MouseEvent(.wheelUp, at: wheel))) }
    #expect(lines != before)
    for _ in 0..<9 { stage.press(.mouse(MouseEvent(.wheelDown, at: wheel))) }
    #expect(lines == before)
    for _ in 0..<20 { stage.press(.plain(.pageDown)) }
    #expect(stage.model.transcript?.view == .end)
  }

  @Test mutating func `more is read when the beginning of what was read comes near`() throws {
    stage.open(Self.many, isBeginning: false)
    #expect(stage.effects.isEmpty)
    stage.press(.key(.home, .control))
    #expect(stage.effects == [.readOlder(count: 100)])
    stage.press(.plain(.pageUp))
    #expect(stage.effects.isEmpty, "a page is on its way already")
    let place = try #require(stage.model.wishes.conversation)
    stage.send(.older(place, OlderMessages([Stage.answer("line -1", 0)], isBeginning: true)))
    stage.press(.plain(.pageUp))
    #expect(lines.first == "line -1")
    #expect(stage.effects.isEmpty)
  }

  @Test mutating func `a search goes through matches in both directions and reads on for more`()
    throws
  {
    stage.open(Self.many, isBeginning: false)
    stage.press(.control("f"))
    stage.type("LINE 19")
    #expect(stage.model.search.match?.key == -1)
    stage.press(.plain(.enter), .plain(.enter))
    #expect(stage.model.search.match?.key == -3)
    stage.press(.plain(.down))
    #expect(stage.model.search.match?.key == -2)
    for _ in 0..<10 { stage.press(.plain(.up)) }
    #expect(stage.model.search.isWaiting)
    let place = try #require(stage.model.wishes.conversation)
    stage.send(.older(place, OlderMessages([Stage.question("a line 19 more")], isBeginning: true)))
    #expect(stage.model.search.match?.key == -201)
    stage.press(.plain(.up))
    #expect(stage.text.contains("no older match"))
  }

  @Test mutating func `of ten thousand entries only those on the screen are laid out`() {
    stage.open((0..<10_000).map { Stage.answer("line \($0)", UInt64($0)) })
    #expect(stage.text.contains("line 9999"))
    let made = stage.model.transcript?.laidOutCount ?? .max
    #expect(made < 40, "\(made) entries were laid out")
  }

  @Test mutating func `messages of a chat that is not shown any more change nothing`() throws {
    stage.open(Self.many)
    let place = try #require(stage.model.wishes.conversation)
    stage.press(.text("j"))
    stage.send(.newer(place, [Stage.answer("line 200", 200)]))
    #expect(!stage.text.contains("line 200"))
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
