import Testing

@testable import ChatHandlers

@Suite struct AnswerTextTests {
  private func text(_ pieces: String...) -> AnswerText {
    var text = AnswerText()
    for piece in pieces { text.append(Array(piece.utf8)) }
    return text
  }

  private func prompts(_ texts: String...) -> [Prompt] { texts.compactMap { Prompt($0) } }

  @Test func `the prompt is seen alone, after text, or not`() {
    let prompts = prompts("sqlite> ", "   ...> ")
    #expect(text("1|2\nsqlite> ").sight(of: prompts) == .alone)
    #expect(text("1|2\nsql", "ite> ").sight(of: prompts) == .alone)
    #expect(text("sqlite>").sight(of: prompts) == .alone)
    #expect(text("no newline sqlite> ").sight(of: prompts) == .afterText)
    #expect(text("sqlite> \n").sight(of: prompts) == .none)
    #expect(text("").sight(of: prompts) == .none)
    #expect(text("   ...> ").sight(of: prompts) == .alone)
  }

  @Test func `a blank is no prompt`() {
    #expect(Prompt("  ") == nil)
    #expect(Prompt("") == nil)
  }

  @Test func `the answer is what stands between the prompts`() {
    let prompts = prompts(">>> ")
    #expect(text("2\n>>> ").content(without: prompts, onEachLine: false) == "2")
    #expect(text("a>>> ").content(without: prompts, onEachLine: false) == "a")
    #expect(text(">>> ").content(without: prompts, onEachLine: false) == "")
    #expect(
      text("a\n>>> quoted\n\n>>> ").content(without: prompts, onEachLine: false)
        == "a\n>>> quoted")
    #expect(
      text("2\n>>> >>> 4\n>>> ").content(without: prompts, onEachLine: true) == "2\n4")
    #expect(text("  indented\n").content(without: [], onEachLine: false) == "  indented")
  }

  @Test func `a long answer is cut at a character and says so`() {
    var text = AnswerText()
    let piece = Array(String(repeating: "€", count: 1000).utf8)
    for _ in 0..<400 { text.append(piece) }
    text.append(Array("\n> ".utf8))
    #expect(text.wasCut)
    #expect(text.sight(of: prompts(">")) == .alone)
    let content = text.content(without: prompts(">"), onEachLine: false)
    #expect(content.hasSuffix("€\n(cut: the answer is longer than 1 MiB)"))
    #expect(content.utf8.count < AnswerText.limit + 100)
  }

  @Test func `a line without end costs no memory for the search of a prompt`() {
    var text = AnswerText()
    for _ in 0..<100 { text.append(Array(repeating: 0x41, count: 4096)) }
    text.append(Array(">>> ".utf8))
    #expect(text.sight(of: prompts(">>> ")) == .afterText)
    #expect(text.possiblePrompt == nil)
  }

  @Test func `an unfinished last line may be a prompt`() {
    #expect(text("Python 3\n>>> ").possiblePrompt == Prompt(">>>"))
    #expect(text("Welcome\n").possiblePrompt == nil)
  }
}
