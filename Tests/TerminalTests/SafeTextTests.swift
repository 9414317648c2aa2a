import Testing

@testable import Terminal

struct SafeTextTests {
  @Test func `harmless text passes unchanged`() {
    for text in ["", "release 1.0", "grüße 你好 👩‍👩‍👧", "a-b_c"] {
      #expect(SafeText.line(text) == text)
      #expect(SafeText.block(text) == text)
    }
  }

  @Test func `escape sequences are shown and not sent`() {
    #expect(SafeText.line("\u{1B}]0;evil\u{07}") == "␛]0;evil␇")
    #expect(SafeText.block("\u{1B}[2J") == "␛[2J")
    #expect(SafeText.line("\u{9B}31m") == "\\x9b31m")
    #expect(SafeText.line("a\u{7F}b") == "a\u{2421}b")
    #expect(SafeText.line("a\u{202E}b") == "a\\u{202e}b")
    #expect(SafeText.line("a\rb") == "a␍b")
    #expect(SafeText.block("a\r\nb") == "a␍\nb")
  }

  @Test func `newlines and tabs stay in a block and are shown on a line`() {
    #expect(SafeText.block("a\n\tb") == "a\n\tb")
    #expect(SafeText.line("a\n\tb") == "a␊␉b")
  }

  @Test func `no scalar of a control class gets through`() {
    for value in UInt32(0)...0xFF {
      guard let scalar = Unicode.Scalar(value), scalar.properties.generalCategory == .control
      else { continue }
      #expect(!SafeText.line(String(scalar)).unicodeScalars.contains(scalar), "\(value)")
    }
  }
}
