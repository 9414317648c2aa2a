import TOMLDocuments
import Testing

@Suite struct TOMLDocumentTests {
  private func parse(_ text: String) throws(TOMLError) -> TOMLNode {
    try TOMLDocument.parse(Array(text.utf8))
  }

  private func error(_ text: String) -> TOMLError? {
    do throws(TOMLError) { _ = try parse(text) } catch { return error }
    return nil
  }

  @Test func `every kind of value comes with its key, its line and its column`() throws {
    let entries = try #require(
      try parse(
        """
        a = 1
        b = "zwei"   # a comment
        [t]
          c = [1.5, true, 'x']
          d = 1979-05-27
        """
      ).table)
    #expect(entries.map(\.key) == ["a", "b", "t"])
    #expect(entries[0].node == TOMLNode(.integer(1), at: TOMLPlace(line: 1, column: 5)))
    #expect(entries[1].node.value == .string("zwei"))
    let inner = try #require(entries[2].node.table)
    #expect(inner.map(\.keyPlace.line) == [4, 5] && inner[0].keyPlace.column == 3)
    guard case .array(let items) = inner[0].node.value else {
      Issue.record("no array")
      return
    }
    #expect(items.map(\.value) == [.decimal(1.5), .boolean(true), .string("x")])
    #expect(items[1].place == TOMLPlace(line: 4, column: 13))
    #expect(inner[1].node.value == .date)
  }

  @Test func `an empty document is an empty table`() throws {
    #expect(try parse("").table == [])
    #expect(try parse("# nothing\n\n").table == [])
    #expect(try parse("\u{FEFF}a = 1").table?.map(\.key) == ["a"])
  }

  @Test func `texts and keys may be empty, long, or have zeros in them`() throws {
    let long = String(repeating: "ä", count: 50_000)
    let entries = try #require(try parse("\"\" = \"\"\nx = \"a\\u0000b\"\ny = '\(long)'").table)
    #expect(entries.map(\.key) == ["", "x", "y"])
    #expect(entries.map(\.node.value) == [.string(""), .string("a\0b"), .string(long)])
  }

  @Test(arguments: [
    ("a = 1\nb = ", 2), ("a = 1\na = 2", 2), ("[t\n", 1), ("x = \"no end", 1), ("x 1", 1),
    ("\n\n= 1", 3), ("x = 1 2", 1), ("x = 99999999999999999999", 1), ("[a]\n[a]", 2),
  ])
  func `what is no TOML is refused with its line and a reason`(text: String, line: Int) {
    let error = error(text)
    #expect(error?.place.line == line, "\(text): \(String(describing: error))")
    #expect(error?.reason.isEmpty == false)
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    #expect(throws: TOMLError.self) { try TOMLDocument.parse([0x61, 0x3D, 0x22, 0xFF, 0x22]) }
  }

  @Test func `however deep it is nested, it is refused and nothing runs over`() {
    let brackets = "a = " + String(repeating: "[", count: 100_000)
    #expect(error(brackets) != nil)
    let closed =
      "a = " + String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(error(closed)?.reason.contains("nested") == true)
    let keys = Array(repeating: "a", count: 4000).joined(separator: ".") + " = 1"
    #expect(error(keys)?.reason.contains("nested") == true)
    #expect(error(keys + "\nb = ") != nil)
    let many = Array(repeating: "a", count: 200_000).joined(separator: ".") + " = 1"
    #expect(error(many)?.reason.contains("dots") == true)
  }
}
