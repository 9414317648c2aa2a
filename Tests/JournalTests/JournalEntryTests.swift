import Testing

@testable import Systemd

@Suite struct JournalEntryTests {
  private func encoded(_ name: String, _ value: String) -> [UInt8] {
    JournalEntry([(name: name, value: value)]).encoded
  }

  @Test("A value on one line stands after an equals sign")
  func simple() {
    #expect(encoded("MESSAGE", "a = b") == Array("MESSAGE=a = b\n".utf8))
    #expect(encoded("MESSAGE", "") == Array("MESSAGE=\n".utf8))
  }

  @Test("A value with a line break is told by its length, so it cannot forge a field")
  func binary() {
    #expect(
      encoded("MESSAGE", "a\nPRIORITY=0")
        == Array("MESSAGE\n".utf8) + [12, 0, 0, 0, 0, 0, 0, 0] + Array("a\nPRIORITY=0\n".utf8))
    let long = String(repeating: "é\n", count: 30_000)
    #expect(Array(encoded("A", long).prefix(10)) == [65, 10, 0x90, 0x5f, 1, 0, 0, 0, 0, 0])
  }

  @Test(
    "A field that the journal would refuse is left out",
    arguments: ["", "_PID", "1A", "message", "A=B", "A\n", "Ä", String(repeating: "A", count: 65)])
  func badName(name: String) {
    #expect(encoded(name, "x").isEmpty)
  }

  @Test("A name of the longest kind is taken")
  func longName() {
    let name = "W" + String(repeating: "_9", count: 31) + "Z"
    #expect(encoded(name, "x") == Array("\(name)=x\n".utf8))
  }
}
