import TestSupport
import Testing

@testable import Terminal

@Suite struct TextEditorTests {
  /// An editor after these keys; `|` in the answer shows the cursor.
  private func edited(_ bytes: String, in start: TextEditor = TextEditor()) -> String {
    shown(after(bytes, in: start))
  }

  private func after(_ bytes: String, in start: TextEditor = TextEditor()) -> TextEditor {
    var editor = start
    var decoder = InputDecoder()
    var events = decoder.decode(Array(bytes.utf8), at: 0)
    events += decoder.expire(at: .max)
    for event in events { _ = editor.handle(event) }
    return editor
  }

  private func shown(_ editor: TextEditor) -> String {
    String(editor.characters[..<editor.cursor]) + "|" + String(editor.characters[editor.cursor...])
  }

  @Test(arguments: [
    ("abc", "abc|"), ("abc\u{2}\u{2}X", "aX|bc"), ("abc\u{1}X", "X|abc"),
    ("abc\u{1}\u{5}X", "abcX|"),
    ("abc\u{7F}", "ab|"), ("abc\u{1}\u{4}", "|bc"), ("one two\u{17}", "one |"),
    ("one two\u{1B}b\u{1B}b", "|one two"), ("one two\u{1}\u{1B}f", "one| two"),
    ("one two\u{1}\u{1B}d", "| two"), ("one two\u{1}\u{B}", "|"), ("one two\u{15}", "|"),
    ("one two\u{17}\u{17}\u{19}", "one two|"),
    ("one two\u{1}\u{1B}d\u{1B}d\u{5}\u{19}", "one two|"),
    ("a\nb", "a\nb|"), ("a\u{1B}\rb", "a\nb|"), ("a\nb\u{1}\u{7F}", "a|b"),
    ("ab\ncdef\u{1B}[A", "ab|\ncdef"), ("ab\ncdef\u{1B}[A\u{1B}[B", "ab\ncdef|"),
    ("\u{1B}[200~x\ny\u{1B}[201~", "x\ny|"), ("e\u{301}x\u{7F}\u{7F}", "|"),
    ("👨\u{200D}👩x\u{7F}\u{7F}", "|"), ("abc\u{1F}", "|"), ("ab cd\u{1F}", "ab|"),
    ("abc\u{15}\u{1F}", "abc|"), ("a\u{1B}[200~b c\u{1B}[201~d\u{1F}\u{1F}", "a|"),
  ])
  func `keys do what readline does`(keys: String, result: String) {
    #expect(edited(keys) == result)
  }

  @Test func `enter submits, and what was sent can be had again`() {
    var editor = after("first\rsecond\rdraft")
    #expect(editor.text == "draft")
    editor = after("\u{1B}[A", in: editor)
    #expect(editor.text == "second")
    editor = after("\u{1B}[A\u{1B}[A\u{1B}[A", in: editor)
    #expect(editor.text == "first")
    editor = after("\u{1B}[B\u{1B}[B\u{1B}[B", in: editor)
    #expect(editor.text == "draft")
    #expect(editor.handle(.key(.enter, [])) == .submitted("draft"))
    #expect(editor.isEmpty)
  }

  @Test func `the history is searched as one types`() {
    var editor = after("make test\rmake lint\rls\rdraft")
    editor = after("\u{12}ma", in: editor)
    #expect(editor.text == "make lint")
    #expect(editor.searchedText == "ma")
    editor = after("\u{12}", in: editor)
    #expect(editor.text == "make test")
    #expect(after("\u{1B}", in: editor).text == "draft")
    editor = after("\u{5}!", in: editor)
    #expect(editor.text == "make test!")
    #expect(editor.searchedText == nil)
  }

  @Test func `control-C and control-D are the program's`() {
    var editor = TextEditor()
    #expect(editor.handle(.key(.character("d"), .control)) == .ended)
    #expect(editor.handle(.key(.character("c"), .control)) == .interrupted)
    _ = editor.handle(.text("x"))
    #expect(editor.handle(.key(.character("d"), .control)) == .edited)
    #expect(editor.handle(.focus(true)) == .ignored)
  }

  @Test func `rows are broken at the width, and the cursor is always inside`() {
    var editor = after("abcdefgh\n漢字漢字")
    editor.width = 6
    #expect(editor.layout.rows.map(\.text) == ["abcde", "fgh", "漢字", "漢字"])
    #expect(editor.layout.cursor == Position(column: 4, row: 3))
    #expect(after("\u{1B}[A\u{1B}[A", in: editor).layout.cursor == Position(column: 3, row: 1))
  }

  @Test(arguments: 0..<30)
  func `whatever is pressed, the cursor is in the text and undo leads back`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var editor = TextEditor()
    editor.width = Int.random(in: 0...20, using: &random)
    let keys = [
      "a", " ", "漢", "\u{301}", "\n", "\u{1}", "\u{2}", "\u{4}", "\u{5}", "\u{6}", "\u{B}",
      "\u{15}",
      "\u{17}", "\u{19}", "\u{7F}", "\u{1B}[A", "\u{1B}[B", "\u{1B}d", "\u{1B}b", "\u{1B}f",
      "\u{1F}",
      "\u{1B}[200~x\ty\n\u{1B}[201~", "\u{12}", "\u{7}",
    ]
    for _ in 0..<200 {
      editor = after(keys.randomElement(using: &random) ?? "", in: editor)
      let layout = editor.layout
      let isSound =
        (0...editor.characters.count).contains(editor.cursor)
        && Array(editor.text) == editor.characters
        && layout.rows.indices.contains(layout.cursor.row)
        && layout.cursor.column < max(5, editor.width)
      try #require(isSound, "seed \(seed): \(editor)")
    }
    for _ in 0..<400 { editor = after("\u{7}\u{1F}", in: editor) }
    #expect(editor.isEmpty, "seed \(seed)")
  }
}
