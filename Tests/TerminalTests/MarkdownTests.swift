import TestSupport
import Testing

@testable import Terminal

@Suite struct MarkdownTests {
  private func lines(_ text: String, columns: Int = 40) -> [String] {
    MarkdownRenderer(theme: .dark, columns: columns).lines(text).map(\.text)
  }

  private func styles(_ text: String) -> [String: Style] {
    let runs = MarkdownRenderer(theme: .dark, columns: 80).lines(text).flatMap(\.runs)
    return Dictionary(runs.map { ($0.text, $0.style) }) { first, _ in first }
  }

  @Test(arguments: [
    ("# Title", ["Title"]), ("a\nb", ["a", "b"]), ("a\n\n\nb", ["a", "", "b"]), ("a\n", ["a"]),
    ("- one\n- two", ["• one", "• two"]), ("1. one\n2) two", ["1. one", "2) two"]),
    ("- one\n  - two\n    more", ["• one", "  • two", "    more"]),
    ("```swift\nlet a = 1\n  b\n```\nafter", ["  let a = 1", "    b", "after"]),
    ("```\nopen", ["  open"]), ("> said\n> > again", ["▎ said", "▎ ▎ again"]),
    ("a **b** *c* `d` ~~e~~", ["a b c d e"]), ("***x***", ["x"]),
    ("[text](https://x.org)", ["text (https://x.org)"]),
    ("[https://x.org](https://x.org)", ["https://x.org"]),
    ("2*3*4 and snake_case_name", ["2*3*4 and snake_case_name"]), ("a * b * c", ["a * b * c"]),
    ("\\*no\\* **open", ["*no* **open"]), ("`a", ["`a"]), ("``a`b``", ["a`b"]),
    ("    indented\n| a | b |", ["    indented", "| a | b |"]), ("#no", ["#no"]), ("-x", ["-x"]),
    ("a\tb", ["a    b"]), ("18446744073709551616", ["18446744073709551616"]),
    ("\u{1B}[2Jx\u{9B}", ["␛[2Jx\\x9b"]), ("", []),
  ])
  func `a text is shown as its lines`(text: String, expected: [String]) {
    #expect(lines(text) == expected)
  }

  @Test func `parts look as they are meant`() {
    let styles = styles("# H\n**bold** and *it* `code` [l](u)")
    #expect(styles["H"]?.attributes == [.bold, .underline])
    #expect(styles["bold"]?.attributes == .bold)
    #expect(styles["it"]?.attributes == .italic)
    #expect(styles["code"] == Theme.dark.style(.code))
    #expect(styles["l"] == Theme.dark.style(.link))
    #expect(styles[" (u)"] == Theme.dark.style(.faint))
  }

  @Test func `lines are broken between words, and wide characters anywhere`() {
    #expect(lines("one two three", columns: 9) == ["one two", "three"])
    #expect(lines("- one two three", columns: 11) == ["• one two", "  three"])
    #expect(lines("abcdefghijklm", columns: 10) == ["abcdefghij", "klm"])
    #expect(lines("漢字漢字漢字", columns: 9) == ["漢字漢字", "漢字"])
  }

  private static let pieces = [
    "a", " ", "\n", "\n\n", "# h\n", "- i\n", "  ", "```", "```\n", "> ", "**", "*", "`", "[", "](",
    ")", "1. ", "---\n", "漢", "|", "\t", "\\", "\r\n", "\u{1B}", "~~", "_",
  ]

  @Test(arguments: 0..<200)
  func `a text that grows looks like the same text at once, and fits`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let renderer = MarkdownRenderer(theme: .light, columns: Int.random(in: 2...30, using: &random))
    var stream = MarkdownStream(renderer)
    var text = ""
    for _ in 0..<60 {
      text += Self.pieces.randomElement(using: &random) ?? ""
      let lines = stream.lines(of: text, renderer)
      let isSame = lines == renderer.lines(text)
      let fits = lines.allSatisfy { $0.columns <= renderer.columns }
      #expect(isSame && fits, "seed \(seed): \(text.debugDescription)")
      if !isSame || !fits { return }
    }
  }

  @Test(arguments: ["*a ", "[a](", "`a", "**", "> ", "- ", "[", "_a", "~~x ", "\\"])
  func `a text made to be slow is not`(piece: String) {
    let text = String(repeating: piece, count: 20_000 / piece.count)
    #expect(!lines(text).isEmpty)
  }

  @Test func `what is opened often and closed at the far end or never is not slow either`() {
    let brackets = String(repeating: "[", count: 100_000) + "]("
    #expect(lines(brackets).joined() == brackets)
    let runs = (1...1000).map { String(repeating: "`", count: $0) }.joined(separator: " ")
    #expect(lines(runs).joined().filter { $0 == "`" }.count == 500_500)
  }
}
