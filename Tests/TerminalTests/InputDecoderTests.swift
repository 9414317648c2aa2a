import TestSupport
import Testing

@testable import Terminal

@Suite struct InputDecoderTests {
  private func events(_ text: String) -> [InputEvent] {
    var decoder = InputDecoder()
    return decoder.decode(Array(text.utf8), at: 0)
  }

  @Test(
    arguments: [
      ("\r", Key.enter, Modifiers()), ("\n", .character("j"), .control), ("\u{7F}", .backspace, []),
      ("\u{1}", .character("a"), .control), ("\u{1F}", .character("_"), .control),
      ("\0", .character(" "), .control), ("\u{1B}d", .character("d"), .alt),
      ("\u{1B}D", .character("d"), [.alt, .shift]), ("\u{1B}\r", .enter, .alt),
      ("\u{1B}\u{7F}", .backspace, .alt), ("\u{1B}[A", .up, []), ("\u{1B}OA", .up, []),
      ("\u{1B}[1;5C", .right, .control), ("\u{1B}[1;10D", .left, [.shift, .super]),
      ("\u{1B}[H", .home, []), ("\u{1B}[4~", .end, []), ("\u{1B}[3;5~", .delete, .control),
      ("\u{1B}[Z", .tab, .shift), ("\u{1B}OP", .function(1), []), ("\u{1B}[[B", .function(2), []),
      ("\u{1B}[15~", .function(5), []), ("\u{1B}[24~", .function(12), []),
      ("\u{1B}[27;5;13~", .enter, .control), ("\u{1B}[27;3;65~", .character("a"), .alt),
      ("\u{1B}[13;2u", .enter, .shift), ("\u{1B}[97;5u", .character("a"), .control),
      ("\u{1B}[97:65;6:1u", .character("a"), [.shift, .control]), ("\u{1B}[27u", .escape, []),
      ("\u{1B}[1;5:1A", .up, .control),
    ] as [(String, Key, Modifiers)])
  func `a key is known by its sequence`(bytes: String, key: Key, modifiers: Modifiers) {
    #expect(events(bytes) == [.key(key, modifiers)])
  }

  @Test func `text comes scalar by scalar`() {
    #expect(events("aé漢") == [.text("a"), .text("é"), .text("漢")])
    #expect(events("e\u{301}") == [.text("e"), .text("\u{301}")])
    #expect(events("\u{9B}31m") == [.text("3"), .text("1"), .text("m")], "a C1 control is no text")
  }

  @Test func `bytes that are no UTF-8 become replacement characters, and nothing else is lost`() {
    var decoder = InputDecoder()
    #expect(decoder.decode([0xC3, 0x41], at: 0) == [.text("\u{FFFD}"), .text("A")])
    #expect(decoder.decode([0xED, 0xA0, 0x80, 0x42], at: 0).last == .text("B"))
    #expect(decoder.decode([0xFF, 0x43], at: 0) == [.text("\u{FFFD}"), .text("C")])
  }

  @Test func `a paste is one event with plain line ends`() {
    #expect(
      events("\u{1B}[200~one\r\ntwo\rthree\t\u{1B}[31m\u{9B}\u{7}\u{1B}[201~x")
        == [.paste("one\ntwo\nthree\t[31m"), .text("x")])
  }

  @Test func `a paste is cut to its limit, and its end is seen`() {
    let long = String(repeating: "x", count: InputDecoder.pasteLimit + 100)
    guard case .paste(let text)? = events("\u{1B}[200~\(long)\u{1B}[201~").first else {
      Issue.record("no paste")
      return
    }
    #expect(text.utf8.count == InputDecoder.pasteLimit)
  }

  @Test(arguments: [
    ("\u{1B}[<0;1;1M", MouseEvent(.press(.left), at: Position(column: 0, row: 0))),
    ("\u{1B}[<2;10;20m", MouseEvent(.release(.right), at: Position(column: 9, row: 19))),
    ("\u{1B}[<32;3;4M", MouseEvent(.drag(.left), at: Position(column: 2, row: 3))),
    ("\u{1B}[<35;3;4M", MouseEvent(.move, at: Position(column: 2, row: 3))),
    ("\u{1B}[<64;5;6M", MouseEvent(.wheelUp, at: Position(column: 4, row: 5))),
    ("\u{1B}[<81;5;6M", MouseEvent(.wheelDown, at: Position(column: 4, row: 5), .control)),
    (
      "\u{1B}[<0;0;99999999999999999999M",
      MouseEvent(.press(.left), at: Position(column: 0, row: 999_999))
    ),
  ])
  func `the mouse is followed`(bytes: String, event: MouseEvent) {
    #expect(events(bytes) == [.mouse(event)])
  }

  @Test(arguments: [
    "\u{1B}]52;c;aGFja2Vk\u{7}", "\u{1B}]11;rgb:0000/0000/0000\u{1B}\\", "\u{1B}P1$r0m\u{1B}\\",
    "\u{1B}_apc\u{1B}\\", "\u{1B}[?62;1;2c", "\u{1B}[>0;276;0c",
    "\u{1B}[M !!", "\u{1B}[<0;1M", "\u{1B}[97;5:3u", "\u{1B}[1;1:3A", "\u{1B}[57358u",
    "\u{1B}[" + String(repeating: "1;", count: 10_000) + "m",
  ])
  func `what is no key is swallowed to its end`(bytes: String) {
    #expect(events(bytes + "x") == [.text("x")])
  }

  @Test func `an escape character is a key when nothing follows it in time`() {
    var decoder = InputDecoder(patience: 50)
    #expect(decoder.decode([0x1B], at: 100) == [])
    #expect(decoder.deadline == 150)
    #expect(decoder.expire(at: 149) == [])
    #expect(decoder.expire(at: 150) == [.key(.escape, [])])
    #expect(decoder.deadline == nil)
    #expect(decoder.decode([0x1B], at: 200) == [])
    #expect(decoder.decode(Array("[A".utf8), at: 210) == [.key(.up, [])])
    #expect(decoder.expire(at: 1000) == [])
  }

  @Test(arguments: [("\u{1B}[", "["), ("\u{1B}]", "]"), ("\u{1B}_", "_")])
  func `what begins a sequence may be a key with alt`(bytes: String, key: String) {
    var decoder = InputDecoder(patience: 50)
    #expect(decoder.decode(Array(bytes.utf8), at: 0) == [])
    #expect(decoder.expire(at: 50) == [.key(.character(Character(key)), .alt)])
  }

  @Test(arguments: 0..<200)
  func `the same bytes give the same events however they are cut`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bytes = Self.noise(&random)
    var whole = InputDecoder()
    let expected = whole.decode(bytes, at: 0)
    var pieces = InputDecoder()
    var found: [InputEvent] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...4, using: &random))
      found += pieces.decode(piece, at: 0)
      rest = rest.dropFirst(piece.count)
    }
    #expect(found == expected, "seed \(seed): \(bytes)")
    #expect(pieces.expire(at: .max) == whole.expire(at: .max))
  }

  private static func noise(_ random: inout SeededGenerator) -> [UInt8] {
    let pieces = [
      "\u{1B}", "\u{1B}[", "\u{1B}O", "\u{1B}[200~", "\u{1B}[201~", "\u{1B}]0;", "\u{7}",
      "\u{1B}\\",
      "1;5", "A", "~", "u", "<0;3;4M", "é", "👍🏽", "e\u{301}", "text", "\r\n", "27;5;9", "[", "M",
    ]
    return (0..<40).flatMap { _ -> [UInt8] in
      Bool.random(using: &random)
        ? Array((pieces.randomElement(using: &random) ?? "").utf8)
        : [UInt8.random(in: 0...255, using: &random)]
    }
  }
}
