import Testing

@testable import Terminal

@Suite struct CellWidthTests {
  @Test(arguments: [
    ("a", 1), ("é", 1), ("e\u{301}", 1), ("漢", 2), ("한", 2), ("\u{1112}\u{1161}\u{11AB}", 2),
    ("👍", 2), ("👍🏽", 2), ("👨‍👩‍👧", 2), ("❤\u{FE0F}", 2), ("🇩🇪", 2), ("\u{301}", 0),
    ("\u{7}", 0), ("\u{9B}", 0), ("\t", 0), ("…", 1), ("─", 1), ("ｗ", 2),
  ])
  func `a character takes as many columns as a terminal gives it`(
    character: Character, columns: Int
  ) {
    #expect(CellWidth.columns(of: character) == columns)
  }
}
