extension JSONParser {
  /// Takes a number and keeps its spelling; no conversion, hence no overflow and no rounding.
  mutating func number() throws(JSONError) -> JSONNumber {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    try integerPart()
    if current == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    return JSONNumber(verified: String(decoding: bytes[start..<position], as: UTF8.self))
  }

  /// A zero stands alone; other integers do not begin with one.
  private mutating func integerPart() throws(JSONError) {
    if current == UInt8(ascii: "0") {
      position += 1
      guard !isDigit(current) else { throw error("a number has a leading zero") }
    } else {
      try digits()
    }
  }

  private mutating func digits() throws(JSONError) {
    guard isDigit(current) else { throw error("a digit is expected here") }
    while isDigit(current) { position += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
