import Testing

@testable import ChatHandlers

@Suite struct TerminalFilterTests {
  private func filtered(_ text: String) -> String {
    var filter = TerminalFilter()
    return String(decoding: filter.text(of: text.utf8), as: UTF8.self)
  }

  @Test(arguments: [
    ("plain\ttext\n", "plain\ttext\n"), ("a\r\nb\r\n", "a\nb\n"),
    ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}[?2004h>>> ", ">>> "),
    ("\u{1B}]0;title\u{7}x", "x"), ("\u{1B}]8;;http://a\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
    ("\u{1B}(Btext", "text"), ("\u{1B}=a\u{1B}>b", "ab"), ("bell\u{7}\u{0}\u{7F}", "bell"),
    ("b\u{8}bo\u{8}ol\u{8}ld\u{8}d", "bold"), ("\u{9B}31m", "31m"), ("Grüße, 世界 ¢", "Grüße, 世界 ¢"),
    ("\u{1B}[31\nnext", "\nnext"), ("\u{1B}]never ended\nnext", "\nnext"),
    ("\u{1B}\u{1B}[Ax", "x"),
  ])
  func `only text is left`(printed: String, text: String) {
    #expect(filtered(printed) == text)
  }

  @Test func `it does not matter where the output was cut`() {
    let bytes = Array(
      "a\u{1B}[1;31mred\u{1B}[0m\r\n\u{1B}]0;t\u{1B}\\ü¢\u{9B}é\u{1B}(0b".utf8)
    var whole = TerminalFilter()
    let expected = whole.text(of: bytes)
    for cut in bytes.indices {
      var filter = TerminalFilter()
      let text = filter.text(of: bytes[..<cut]) + filter.text(of: bytes[cut...])
      #expect(text == expected, "cut at \(cut)")
    }
  }

  @Test func `random bytes never leave a control character`() {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    var filter = TerminalFilter()
    for _ in 0..<200 {
      let bytes = (0..<100).map { _ in UInt8(truncatingIfNeeded: random.next() >> 13) }
      let text = filter.text(of: bytes)
      let bad = text.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F }
      #expect(!bad, "seed \(seed)")
    }
  }
}

/// Small and repeatable, for tests that print their seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
