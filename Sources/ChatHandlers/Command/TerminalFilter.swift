/// Takes what belongs to a terminal out of a stream of bytes: escape sequences, carriage returns,
/// control characters.
///
/// What is left is text with line feeds and tabs.
///
/// Sequences may be cut anywhere between two calls. The forms are those of ECMA-48 and xterm:
/// `ESC [ … letter`, `ESC ] … BEL`, `ESC P … ESC \`, `ESC` intermediate… final.
struct TerminalFilter {
  private enum State {
    case text
    case escape
    /// After `ESC (` and the like: one more byte names the set.
    case intermediate
    case controlSequence
    /// Inside `ESC ]`, `ESC P`, `ESC X`, `ESC ^`, `ESC _`.
    case string
    case stringEscape
    /// After 0xC2, which may begin a C1 control.
    case latin
  }

  private var state = State.text

  /// The text among `bytes`, together with what earlier calls left open.
  mutating func text(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    for byte in bytes { take(byte, into: &text) }
    return text
  }

  private mutating func take(_ byte: UInt8, into text: inout [UInt8]) {
    switch state {
    case .text: plain(byte, into: &text)
    case .escape: escape(byte)
    case .intermediate: if !(0x20...0x2F).contains(byte) { state = .text }
    case .controlSequence: controlSequence(byte, into: &text)
    case .string: string(byte, into: &text)
    case .stringEscape: state = byte == UInt8(ascii: "\\") ? .text : .string
    case .latin: latin(byte, into: &text)
    }
  }

  private mutating func plain(_ byte: UInt8, into text: inout [UInt8]) {
    switch byte {
    case 0x1B: state = .escape
    case 0xC2: state = .latin
    case 0x08: eraseLast(of: &text)
    case 0x09, 0x0A: text.append(byte)
    case 0..<0x20, 0x7F: break
    default: text.append(byte)
    }
  }

  /// Programs overstrike, and show a spinner, by going back one column.
  private func eraseLast(of text: inout [UInt8]) {
    if let last = text.last, last < 0x80, last != 0x0A { text.removeLast() }
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "["): state = .controlSequence
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
      UInt8(ascii: "_"):
      state = .string
    case 0x20...0x2F: state = .intermediate
    case 0x1B: break
    default: state = .text
    }
  }

  private mutating func controlSequence(_ byte: UInt8, into text: inout [UInt8]) {
    switch byte {
    case 0x20...0x3F: break
    case 0x0A: giveUp(atLineFeed: byte, into: &text)
    case 0x1B: state = .escape
    default: state = .text
    }
  }

  private mutating func string(_ byte: UInt8, into text: inout [UInt8]) {
    switch byte {
    case 0x07: state = .text
    case 0x0A: giveUp(atLineFeed: byte, into: &text)
    case 0x1B: state = .stringEscape
    default: break
    }
  }

  /// A sequence that a program never finished must not swallow the lines that follow it.
  private mutating func giveUp(atLineFeed byte: UInt8, into text: inout [UInt8]) {
    state = .text
    text.append(byte)
  }

  private mutating func latin(_ byte: UInt8, into text: inout [UInt8]) {
    state = .text
    if (0x80...0x9F).contains(byte) { return }
    text.append(0xC2)
    take(byte, into: &text)
  }
}
