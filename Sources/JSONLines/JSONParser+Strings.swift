extension JSONParser {
  /// Takes a string, from its opening quote to the closing one.
  mutating func string() throws(JSONError) -> JSONString {
    position += 1
    let start = position
    var hasEscapes = false
    skipPlainText()
    while current != UInt8(ascii: "\"") {
      switch current {
      case 0x00..<0x20: throw error("a control character in a string is not escaped")
      case UInt8(ascii: "\\"):
        hasEscapes = true
        position += 2
        skipPlainText()
      default: position += 1
      }
    }
    let end = position
    position += 1
    return hasEscapes ? try escapedString(start, end) : try plainString(start, end)
  }

  /// Skips eight bytes at a time as long as none of them ends the string or has to be looked at.
  private mutating func skipPlainText() {
    guard let base = UnsafeRawPointer(bytes.baseAddress) else { return }
    while bytes.count - position >= 8 {
      let word = base.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      if Self.hasSpecialByte(word) { return }
      position += 8
    }
  }

  /// Whether one of the eight bytes is a quote, a backslash or a control character.
  ///
  /// `(x - n) & ~x` has the top bit set in a byte below n, and in the bytes above it perhaps; for
  /// "is there any" that is exact.
  private static func hasSpecialByte(_ word: UInt64) -> Bool {
    let each: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (each &* UInt64(UInt8(ascii: "\"")))
    let backslash = word ^ (each &* UInt64(UInt8(ascii: "\\")))
    let found =
      (quote &- each) & ~quote | (backslash &- each) & ~backslash | (word &- each &* 0x20) & ~word
    return found & (each &* 0x80) != 0
  }

  private func plainString(_ start: Int, _ end: Int) throws(JSONError) -> JSONString {
    let text = UnsafeBufferPointer(rebasing: bytes[start..<end])
    // Most strings, and the initializer that validates costs ten times as much.
    if Self.isASCII(text) { return JSONString(String(decoding: text, as: UTF8.self)) }
    guard let content = String(validating: text, as: UTF8.self) else {
      throw JSONError(offset: start, reason: "a string is not valid UTF-8")
    }
    return JSONString(content)
  }

  private static func isASCII(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var all: UInt8 = 0
    for byte in text { all |= byte }
    return all < 0x80
  }

  private func escapedString(_ start: Int, _ end: Int) throws(JSONError) -> JSONString {
    var decoder = EscapeDecoder(bytes: bytes, position: start, end: end)
    let decoded = try decoder.decode()
    guard let content = String(validating: decoded, as: UTF8.self) else {
      throw JSONError(offset: start, reason: "a string is not valid UTF-8")
    }
    if decoder.isProperText && JSONWriter.escaped(content).elementsEqual(bytes[start..<end]) {
      return JSONString(content)
    }
    let spelling = String(decoding: bytes[start..<end], as: UTF8.self)
    return JSONString(content, spelling: spelling, isProperText: decoder.isProperText)
  }
}

/// Turns what stands between two quotes into the UTF-8 it means.
private struct EscapeDecoder {
  let bytes: UnsafeBufferPointer<UInt8>
  var position: Int
  let end: Int
  var isProperText = true

  init(bytes: UnsafeBufferPointer<UInt8>, position: Int, end: Int) {
    self.bytes = bytes
    self.position = position
    self.end = end
  }

  mutating func decode() throws(JSONError) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(end - position)
    while position < end {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\\") { try escape(into: &output) } else { output.append(byte) }
    }
    return output
  }

  private mutating func escape(into output: inout [UInt8]) throws(JSONError) {
    guard let letter = next() else { throw wrong() }
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(letter)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"): output.append(contentsOf: String(try scalar()).utf8)
    default: throw wrong()
    }
  }

  /// One scalar of one escape or of a pair of them; U+FFFD for half a pair.
  private mutating func scalar() throws(JSONError) -> Character {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return Character(scalar) }
    if let low = lowSurrogate(after: first) {
      position += 6
      let joined = 0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00)
      if let scalar = Unicode.Scalar(joined) { return Character(scalar) }
    }
    isProperText = false
    return "\u{FFFD}"
  }

  /// Looks ahead for the second half of a pair without taking it.
  private func lowSurrogate(after high: UInt32) -> UInt32? {
    guard (0xD800..<0xDC00).contains(high) else { return nil }
    var ahead = self
    guard ahead.next() == UInt8(ascii: "\\"), ahead.next() == UInt8(ascii: "u"),
      let low = try? ahead.hexadecimal(), (0xDC00..<0xE000).contains(low)
    else { return nil }
    return low
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw wrong()
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private mutating func next() -> UInt8? {
    guard position < end else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  private func wrong() -> JSONError {
    JSONError(offset: position, reason: "a string has an unknown escape")
  }
}
