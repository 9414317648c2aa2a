extension InputDecoder {
  /// The event of a finished sequence; none when it means nothing here.
  ///
  /// As in xterm's ctlseqs, and the keyboard protocol of kitty.
  mutating func emitSequence(_ bytes: [UInt8], final: UInt8) {
    if bytes.first == UInt8(ascii: "<") { return emitMouse(Parameters(bytes.dropFirst()), final) }
    // Reports that begin with ?, > or = are answers to questions that somebody else asked.
    if let first = bytes.first, (0x3C...0x3F).contains(first) { return }
    let parameters = Parameters(bytes[...])
    switch final {
    case UInt8(ascii: "I") where bytes.isEmpty: events.append(.focus(true))
    case UInt8(ascii: "O") where bytes.isEmpty: events.append(.focus(false))
    case UInt8(ascii: "Z"): emit(.tab, .shift)
    case UInt8(ascii: "u"): emitCode(parameters[0], parameters)
    case UInt8(ascii: "~") where parameters[0] == 27: emitCode(parameters[2], parameters)
    case UInt8(ascii: "~"): emitNumbered(parameters)
    case _:
      guard let key = Self.lettered[final], !parameters.isRelease else { return }
      emit(key, parameters.modifiers)
    }
  }

  private static let lettered: [UInt8: Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right,
    UInt8(ascii: "D"): .left, UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
    UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2),
    UInt8(ascii: "R"): .function(3), UInt8(ascii: "S"): .function(4), UInt8(ascii: "M"): .enter,
  ]

  private mutating func emitNumbered(_ parameters: Parameters) {
    let key: Key? =
      switch parameters[0] {
      case 1, 7: .home
      case 2: .insert
      case 3: .delete
      case 4, 8: .end
      case 5: .pageUp
      case 6: .pageDown
      case 11...15: .function(parameters[0] - 10)
      case 17...21: .function(parameters[0] - 11)
      case 23...24: .function(parameters[0] - 12)
      case _: nil
      }
    if let key, !parameters.isRelease { emit(key, parameters.modifiers) }
  }

  /// A key by the number of the character that is written on it.
  private mutating func emitCode(_ code: Int, _ parameters: Parameters) {
    guard !parameters.isRelease, let scalar = Unicode.Scalar(UInt32(clamping: code)) else { return }
    let modifiers = parameters.modifiers
    switch code {
    case 13, 57414: emit(.enter, modifiers)
    case 9: emit(.tab, modifiers)
    case 27: emit(.escape, modifiers)
    case 8, 127: emit(.backspace, modifiers)
    // Keys of kitty's own: volume, lock keys and the like.
    case 57344...63743: return
    case _ where scalar.properties.generalCategory == .control: return
    case _ where modifiers.subtracting(.shift).isEmpty: emitText(scalar)
    case _: emit(.character(Character(String(Character(scalar)).lowercased())), modifiers)
    }
  }

  private mutating func emitMouse(_ parameters: Parameters, _ final: UInt8) {
    guard final == UInt8(ascii: "M") || final == UInt8(ascii: "m"), parameters.count == 3,
      let action = Self.action(parameters[0], isRelease: final == UInt8(ascii: "m"))
    else { return }
    let position = Position(column: max(0, parameters[1] - 1), row: max(0, parameters[2] - 1))
    // Shift, alt and control stand at 4, 8 and 16.
    let modifiers = Modifiers(rawValue: UInt8((parameters[0] >> 2) & 7))
    events.append(.mouse(MouseEvent(action, at: position, modifiers)))
  }

  private static func action(_ code: Int, isRelease: Bool) -> MouseEvent.Action? {
    let buttons: [MouseEvent.Button] = [.left, .middle, .right]
    let isMotion = code & 32 != 0
    switch code & ~0b11_1100 {
    case 0...2:
      let button = buttons[code & 3]
      return isRelease ? .release(button) : isMotion ? .drag(button) : .press(button)
    case 3: return isMotion ? .move : nil
    case 64 where !isRelease: return .wheelUp
    case 65 where !isRelease: return .wheelDown
    case _: return nil
    }
  }
}

/// The numbers of a control sequence.
private struct Parameters {
  /// Of each parameter the part before the first colon; the second part apart.
  private var values: [(main: Int, sub: Int)] = []

  /// Numbers beyond what means anything are cut.
  init(_ bytes: ArraySlice<UInt8>) {
    for field in bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
      let parts = field.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      values.append((Self.number(parts.first), Self.number(parts.dropFirst().first)))
    }
  }

  private static func number(_ digits: ArraySlice<UInt8>?) -> Int {
    (digits ?? []).reduce(0) { sum, byte in
      (0x30...0x39).contains(byte) ? min(1_000_000, sum * 10 + Int(byte - 0x30)) : sum
    }
  }

  var count: Int { values.count }

  /// 0 for one that is not there.
  subscript(_ index: Int) -> Int { values.indices.contains(index) ? values[index].main : 0 }

  /// The second parameter holds them; Caps Lock and Num Lock do not count.
  var modifiers: Modifiers { Modifiers(rawValue: UInt8(max(0, self[1] - 1) & 0xF)) }

  /// kitty tells when a key is let go of, to who asked for it.
  var isRelease: Bool { values.count > 1 && values[1].sub == 3 }
}
