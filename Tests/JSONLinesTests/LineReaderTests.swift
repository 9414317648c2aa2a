import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@Suite struct LineReaderTests {
  private func all(_ reader: inout LineReader) throws -> [Line] {
    var lines: [Line] = []
    while let line = try reader.next() { lines.append(line) }
    return lines
  }

  private func texts(_ lines: [Line]) -> [String] {
    lines.map { $0.isTooLong ? "<too long>" : String(decoding: $0.bytes, as: UTF8.self) }
  }

  @Test(arguments: [1, 2, 3, 5, 64, 65536])
  func `lines come whole whatever the size of the buffer`(chunk: Int) throws {
    let folder = try ScratchFolder()
    try folder.write("one\n\ntwo and more\r\nthree\0x\ntorn")
    var reader = LineReader(try folder.open(), chunk: chunk)
    let lines = try all(&reader)
    #expect(texts(lines) == ["one", "", "two and more\r", "three\0x"])
    #expect(lines.map(\.offset) == [0, 4, 5, 19])
    #expect(lines.map(\.number) == [1, 2, 3, 4])
    #expect(lines.map(\.isBlank) == [false, true, false, false])
    #expect(reader.tornTail)
    #expect(reader.endOffset == 27)
    let tail = try #require(reader.tail)
    #expect(Array(tail.bytes) == Array("torn".utf8))
    #expect(!tail.isTerminated)
    #expect(tail.number == 5)
    #expect(tail.endOffset == 31)
  }

  @Test func `an empty file has no lines and no tail`() throws {
    let folder = try ScratchFolder()
    try folder.write("")
    var reader = LineReader(try folder.open())
    #expect(try reader.next() == nil)
    #expect(!reader.tornTail)
    #expect(reader.endOffset == 0)
  }

  @Test func `reading starts at an offset and goes on after an append`() throws {
    let folder = try ScratchFolder()
    let path = try folder.write("one\ntwo\nth")
    var reader = LineReader(try folder.open(), from: 4)
    #expect(texts(try all(&reader)) == ["two"])
    try Descriptor.open(path, flags: O_WRONLY | O_APPEND).writeAll(Array("ree\nfour\n".utf8))
    let lines = try all(&reader)
    #expect(texts(lines) == ["three", "four"])
    #expect(lines.map(\.number) == [2, 3])
    #expect(!reader.tornTail)
    #expect(reader.endOffset == 19)
  }

  @Test(arguments: [1, 3, 4, 7, 100])
  func `a line beyond the limit is passed over`(chunk: Int) throws {
    let folder = try ScratchFolder()
    try folder.write(
      "1234\n12345\n1\n\(String(repeating: "x", count: 50))\n1234\n\(String(repeating: "y", count: 9))"
    )
    var reader = LineReader(try folder.open(), limit: 4, chunk: chunk)
    let lines = try all(&reader)
    #expect(texts(lines) == ["1234", "<too long>", "1", "<too long>", "1234"])
    #expect(lines.map(\.offset) == [0, 5, 11, 13, 64])
    #expect(lines.map(\.endOffset) == [5, 11, 13, 64, 69])
    #expect(reader.endOffset == 69)
    #expect(reader.tail?.isTooLong == true)
    #expect(reader.tail?.length == 9)
  }

  @Test func `a kept line does not change when the reader goes on`() throws {
    let folder = try ScratchFolder()
    try folder.write((0..<200).map { "line \($0)\n" }.joined())
    var reader = LineReader(try folder.open(), chunk: 16)
    #expect(texts(try all(&reader)) == (0..<200).map { "line \($0)" })
  }

  @Test(arguments: [1, 2, 3, 5, 64, 4096])
  func `backwards the lines are the same, last first`(chunk: Int) throws {
    let folder = try ScratchFolder()
    try folder.write("\none\n\ntwo and more\nthree\ntorn")
    var reader = try BackwardLineReader(try folder.open(), chunk: chunk)
    var lines: [Line] = []
    while let line = try reader.next() { lines.append(line) }
    #expect(texts(lines) == ["torn", "three", "two and more", "", "one", ""])
    #expect(lines.map(\.isTerminated) == [false, true, true, true, true, true])
    #expect(lines.map(\.offset) == [25, 19, 6, 5, 1, 0])
    #expect(try reader.next() == nil)
  }

  @Test(arguments: ["", "\n", "\n\n", "a", "a\n", "a\nb", "\na"])
  func `both readers agree on small files`(text: String) throws {
    let folder = try ScratchFolder()
    try folder.write(text)
    var forward = LineReader(try folder.open())
    var lines = texts(try all(&forward))
    if let tail = forward.tail { lines.append(contentsOf: texts([tail])) }
    var backward = try BackwardLineReader(try folder.open(), chunk: 1)
    var reversed: [Line] = []
    while let line = try backward.next() { reversed.append(line) }
    #expect(texts(reversed.reversed()) == lines)
  }

  @Test(arguments: [1, 3, 4, 100])
  func `backwards a line beyond the limit is passed over`(chunk: Int) throws {
    let folder = try ScratchFolder()
    try folder.write("1\n\(String(repeating: "x", count: 50))\n1234\n")
    var reader = try BackwardLineReader(try folder.open(), limit: 4, chunk: chunk)
    var lines: [Line] = []
    while let line = try reader.next() { lines.append(line) }
    #expect(texts(lines) == ["1234", "<too long>", "1"])
    #expect(lines.map(\.offset) == [53, 2, 0])
    #expect(lines.map(\.length) == [5, 51, 2])
  }
}
