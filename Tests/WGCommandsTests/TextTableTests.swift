import Testing

@testable import WGCommands

struct TextTableTests {
  @Test func `a table aligns its columns and ends its lines cleanly`() {
    var table = TextTable("ID", "NAME", "TITLE")
    table.add("1", "a", "x")
    table.add("10", "longer", "\u{1B}[1m")
    #expect(table.lines == ["ID  NAME    TITLE", "1   a       x", "10  longer  ␛[1m"])
  }
}
