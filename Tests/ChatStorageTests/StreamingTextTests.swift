import LinuxSystem
import TestSupport
import Testing

@testable import ChatStorage

@Suite struct StreamingTextTests {
  @Test func `the text is what was written last, and none when it was removed`() throws {
    let folder = try TemporaryDirectory()
    let text = StreamingText(directory: folder.path)
    #expect(try text.read() == nil)
    try text.write("one")
    try text.write("one and two")
    #expect(try text.read() == "one and two")
    text.remove()
    #expect(try text.read() == nil)
    #expect(try Directory.names(in: folder.path).isEmpty)
  }

  @Test func `of a long text the beginning is shown, with whole characters`() throws {
    let folder = try TemporaryDirectory()
    let text = StreamingText(directory: folder.path)
    try text.write("x" + String(repeating: "ä", count: StreamingText.sizeLimit))
    let shown = try #require(try text.read())
    #expect(shown.utf8.count <= StreamingText.sizeLimit)
    #expect(shown.utf8.count > StreamingText.sizeLimit - 8)
    #expect(shown.dropFirst().allSatisfy { $0 == "ä" })
  }

  @Test(arguments: 0...7) func `a cut never leaves a part of a character`(limit: Int) {
    let bytes = BoundedText.prefix(of: "aä€", bytes: limit)
    #expect("aä€".utf8.starts(with: bytes))
    #expect(!String(decoding: bytes, as: UTF8.self).contains("\u{FFFD}"))
  }

  @Test func `a note names the message that was begun and no other`() throws {
    let folder = try TemporaryDirectory()
    #expect(ServingNote.read(folder.path) == nil)
    let note = ServingNote(message: 7, requestID: "r", incarnation: 3)
    try note.write(folder.path)
    #expect(ServingNote.read(folder.path) == note)
    func pending(_ id: UInt64, _ request: String) -> PendingMessage {
      PendingMessage(id: id, requestID: request, offset: 0, time: nil)
    }
    #expect(note.names(pending(7, "r")))
    #expect(!note.names(pending(8, "r")))
    #expect(!note.names(pending(7, "s")))
    try folder.write(".serving", "{")
    #expect(ServingNote.read(folder.path) == nil)
  }
}
