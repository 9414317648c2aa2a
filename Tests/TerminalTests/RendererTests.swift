import TestSupport
import Testing

@testable import Terminal

/// A terminal as far as the renderer needs one: it must show what was drawn.
private struct Screen {
  var cells: [[String]]
  var cursor: Position?
  private var place = Position(column: 0, row: 0)

  init(_ size: Size) {
    cells = Array(repeating: Array(repeating: " ", count: size.columns), count: size.rows)
  }

  mutating func show(_ bytes: [UInt8]) {
    var rest = Substring(String(decoding: bytes, as: UTF8.self))
    while let character = rest.popFirst() {
      if character == "\u{1B}" { obey(&rest) } else { put(character) }
    }
  }

  private mutating func obey(_ rest: inout Substring) {
    let parameters = rest.dropFirst().prefix { !$0.isLetter }
    rest = rest.dropFirst(1 + parameters.count)
    let numbers = parameters.split(separator: ";").map { Int($0) ?? 0 }
    switch rest.popFirst() {
    case "H":
      place = Position(
        column: (numbers.last ?? 1) - 1, row: (numbers.first ?? 1) - 1)
    case "J": cells = cells.map { $0.map { _ in " " } }
    case "h" where parameters == "?25": cursor = place
    case "l" where parameters == "?25": cursor = nil
    default: break
    }
  }

  private mutating func put(_ character: Character) {
    let width = CellWidth.columns(of: character)
    cells[place.row][place.column] = String(character)
    if width == 2 { cells[place.row][place.column + 1] = "" }
    place.column += width
  }

  var text: [String] { cells.map { $0.joined() } }
}

@Suite struct RendererTests {
  @Test func `nothing is sent for what is on the screen already`() {
    var renderer = Renderer(depth: .none)
    var canvas = Canvas(Size(columns: 10, rows: 2))
    canvas.draw("hello", at: Position(column: 0, row: 0))
    let first = renderer.frame(canvas, cursor: nil)
    let again = renderer.frame(canvas, cursor: nil)
    #expect(again.count < first.count)
    #expect(!String(decoding: again, as: UTF8.self).contains("h\("")ello"))
    canvas.draw("j", at: Position(column: 0, row: 0))
    #expect(
      String(decoding: renderer.frame(canvas, cursor: nil), as: UTF8.self).contains("\u{1B}[1;1H"))
  }

  @Test(arguments: 0..<100)
  func `the screen shows what was drawn, whatever was there before`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let size = Size(
      columns: Int.random(in: 1...20, using: &random), rows: Int.random(in: 1...6, using: &random))
    var renderer = Renderer(depth: .full)
    var screen = Screen(size)
    for _ in 0..<20 {
      var canvas = Canvas(size)
      for _ in 0..<6 {
        let text = (0..<5).map { _ in
          ["a", "漢", "e\u{301}", " ", "👍🏽", "\u{1B}[2J", "\t"]
            .randomElement(using: &random) ?? ""
        }.joined()
        canvas.draw(
          text, Style(.red),
          at: Position(
            column: Int.random(in: -3..<20, using: &random),
            row: Int.random(in: -1..<6, using: &random)))
      }
      let cursor = Position(column: 0, row: size.rows - 1)
      screen.show(renderer.frame(canvas, cursor: cursor))
      let expected = (0..<size.rows).map { row in
        canvas.row(row).map { $0.character.map(String.init) ?? "" }.joined()
      }
      #expect(screen.text == expected, "seed \(seed)")
      #expect(screen.cursor == cursor)
    }
  }

  @Test func `a wide character is never cut in half`() {
    var canvas = Canvas(Size(columns: 4, rows: 1))
    canvas.draw("a漢字b", at: Position(column: 0, row: 0))
    #expect(canvas.text == ["a漢"])
    #expect(canvas[3, 0].character == " ")
    canvas.draw("x", at: Position(column: 2, row: 0))
    #expect(canvas.text == ["a x"])
    canvas.draw("字", at: Position(column: 0, row: 0))
    #expect(canvas.text == ["字x"])
  }

  @Test func `nothing leaves its rectangle`() {
    var canvas = Canvas(Size(columns: 6, rows: 3))
    let clip = Rectangle(column: 1, row: 1, columns: 3, rows: 1)
    canvas.draw("abcdefgh", at: Position(column: 0, row: 1), in: clip)
    canvas.draw("漢漢漢", at: Position(column: 0, row: 0), in: clip)
    #expect(canvas.text == ["", " bcd", ""])
  }

  @Test func `what would command a terminal is shown, not sent`() {
    var canvas = Canvas(Size(columns: 20, rows: 1))
    canvas.draw("\u{1B}]52;c;x\u{7}\u{9B}m\u{202E}", at: Position(column: 0, row: 0))
    #expect(canvas.text == ["␛]52;c;x␇\\x9bm\\u{202"])
  }

  @Test(arguments: [
    (["TERM": "xterm-256color"], ColorDepth.palette), (["TERM": "xterm"], .sixteen),
    (["TERM": "xterm", "COLORTERM": "truecolor"], .full), (["TERM": "dumb"], .none), ([:], .none),
    (["TERM": "xterm-256color", "NO_COLOR": "1"], .none),
    (["TERM": "xterm-256color", "NO_COLOR": ""], .palette),
  ])
  func `colours are those that the terminal has`(environment: [String: String], depth: ColorDepth) {
    #expect(ColorDepth(environment: environment) == depth)
  }

  @Test func `a colour becomes the nearest that there is`() {
    let style = Style(.rgb(250, 10, 10), on: .indexed(232), .bold)
    #expect(ColorDepth.full.sequence(for: style) == "\u{1B}[0;1;38;2;250;10;10;48;5;232m")
    #expect(ColorDepth.palette.sequence(for: style) == "\u{1B}[0;1;38;5;196;48;5;232m")
    #expect(ColorDepth.sixteen.sequence(for: style) == "\u{1B}[0;1;91;40m")
    #expect(ColorDepth.none.sequence(for: style) == "\u{1B}[0;1m")
  }
}
