extension InputDecoder {
  private static let pasteEnd: [UInt8] = [0x1B] + Array("[201~".utf8)

  /// Collects a paste until its end has come.
  mutating func nextOfPaste(_ matched: Int, _ byte: UInt8) -> State {
    let end = Self.pasteEnd
    if byte == end[matched] {
      guard matched + 1 == end.count else { return .paste(matched: matched + 1) }
      events.append(.paste(Self.text(of: pasted)))
      pasted = []
      return .ground
    }
    // The end begins with the only escape that is in it, so nothing overlaps.
    keep(end[..<matched])
    if byte == end[0] { return .paste(matched: 1) }
    keep([byte])
    return .paste(matched: 0)
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    pasted += bytes.prefix(max(0, Self.pasteLimit - pasted.count))
  }

  private static func text(of bytes: [UInt8]) -> String {
    let text = String(decoding: bytes, as: UTF8.self).unicodeScalars
    var output = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text {
      switch scalar {
      case "\r": output.append("\n")
      case "\n": if previous != "\r" { output.append("\n") }
      case "\t": output.append(scalar)
      case _: if scalar.properties.generalCategory != .control { output.append(scalar) }
      }
      previous = scalar
    }
    return String(output)
  }
}
