extension InputDecoder {
  private static let escape: UInt8 = 0x1B
  /// Longer than any sequence that means something.
  private static let sequenceLimit = 64

  /// Takes one byte; gives the state after it.
  mutating func next(_ byte: UInt8) -> State {
    switch state {
    case .ground: return begin(byte)
    case .scalar(let bytes, let count): return nextOfScalar(bytes, count, byte)
    case .escape: return afterEscape(byte)
    case .singleShift(let bytes): return nextOfSingleShift(bytes, byte)
    case .control(let bytes): return nextOfControl(bytes, byte)
    case .overlong: return isFinal(byte) ? .ground : interrupted(byte) ?? .overlong
    case .console: return console(byte)
    case .oldMouse(let left): return left > 1 ? .oldMouse(left: left - 1) : .ground
    case .string(let first, let previous): return nextOfString(first, previous, byte)
    case .paste(let matched): return nextOfPaste(matched, byte)
    }
  }

  private mutating func begin(_ byte: UInt8) -> State {
    switch byte {
    case Self.escape: return .escape
    case 0x20...0x7E: emitText(Unicode.Scalar(byte))
    case 0x00...0x1F, 0x7F: emitControl(byte, [])
    case 0xC2...0xDF: return .scalar([byte], count: 2)
    case 0xE0...0xEF: return .scalar([byte], count: 3)
    case 0xF0...0xF4: return .scalar([byte], count: 4)
    case _: emitText("\u{FFFD}")
    }
    return .ground
  }

  /// A byte that does not go on with the scalar begins something new.
  private mutating func nextOfScalar(_ bytes: [UInt8], _ count: Int, _ byte: UInt8) -> State {
    guard byte & 0xC0 == 0x80 else {
      emitText("\u{FFFD}")
      return begin(byte)
    }
    guard bytes.count + 1 == count else { return .scalar(bytes + [byte], count: count) }
    let text = String(decoding: bytes + [byte], as: UTF8.self).unicodeScalars
    emitText(text.first.flatMap { text.count == 1 ? $0 : nil } ?? "\u{FFFD}")
    return .ground
  }

  private mutating func emitControl(_ byte: UInt8, _ modifiers: Modifiers) {
    switch byte {
    case 0x0D: emit(.enter, modifiers)
    case 0x09: emit(.tab, modifiers)
    case 0x08, 0x7F: emit(.backspace, modifiers)
    case 0x00: emit(.character(" "), modifiers.union(.control))
    case 0x01...0x1A:
      emit(.character(Character(Unicode.Scalar(byte + 0x60))), modifiers.union(.control))
    case _: emit(.character(Character(Unicode.Scalar(byte + 0x40))), modifiers.union(.control))
    }
  }

  private mutating func afterEscape(_ byte: UInt8) -> State {
    switch byte {
    case Self.escape:
      emit(.escape)
      return .escape
    case UInt8(ascii: "["): return .control([])
    case UInt8(ascii: "O"): return .singleShift([])
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "^"), UInt8(ascii: "_"):
      return .string(begunBy: byte, previous: nil)
    case 0x21...0x7E: emitAlternate(Character(Unicode.Scalar(byte)))
    case 0x20: emit(.character(" "), .alt)
    case 0x00...0x1F, 0x7F: emitControl(byte, .alt)
    case _: return begin(byte)
    }
    return .ground
  }

  private mutating func emitAlternate(_ character: Character) {
    let lower = Character(character.lowercased())
    emit(.character(lower), lower == character ? .alt : [.alt, .shift])
  }

  private mutating func nextOfSingleShift(_ bytes: [UInt8], _ byte: UInt8) -> State {
    switch byte {
    case 0x30...0x3B where bytes.count < Self.sequenceLimit: return .singleShift(bytes + [byte])
    case 0x30...0x3B: return .overlong
    case 0x40...0x7E: emitSequence(bytes, final: byte)
    case _: return interrupted(byte) ?? .ground
    }
    return .ground
  }

  private mutating func nextOfControl(_ bytes: [UInt8], _ byte: UInt8) -> State {
    switch byte {
    case UInt8(ascii: "[") where bytes.isEmpty: return .console
    case UInt8(ascii: "M") where bytes.isEmpty: return .oldMouse(left: 3)
    case 0x20...0x3F where bytes.count < Self.sequenceLimit: return .control(bytes + [byte])
    case 0x20...0x3F: return .overlong
    case UInt8(ascii: "~") where bytes == Array("200".utf8): return .paste(matched: 0)
    case 0x40...0x7E: emitSequence(bytes, final: byte)
    case _: return interrupted(byte) ?? .ground
    }
    return .ground
  }

  private func isFinal(_ byte: UInt8) -> Bool { (0x40...0x7E).contains(byte) }

  /// What a byte that cannot be in a sequence begins; the sequence is lost.
  private func interrupted(_ byte: UInt8) -> State? { byte == Self.escape ? .escape : nil }

  private mutating func console(_ byte: UInt8) -> State {
    if (0x41...0x45).contains(byte) { emit(.function(Int(byte) - 0x40)) }
    return byte == Self.escape ? .escape : .ground
  }

  /// Ends at BEL, or at `ESC \`.
  private func nextOfString(_ first: UInt8, _ previous: UInt8?, _ byte: UInt8) -> State {
    switch byte {
    case 0x07, 0x18, 0x1A: .ground
    case UInt8(ascii: "\\") where previous == Self.escape: .ground
    case _: .string(begunBy: first, previous: byte)
    }
  }
}
