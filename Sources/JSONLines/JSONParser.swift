extension JSONValue {
  /// How deep arrays and objects may be nested.
  public static let depthLimit = 128

  /// Reads one value that takes up all the bytes, by the grammar of RFC 8259.
  ///
  /// White space around it is allowed; anything else after it, invalid UTF-8, and nesting deeper than
  /// `depthLimit` are errors.
  public static func parse(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSONValue {
    let (value, _) = try JSONParser.run(bytes) { (parser) throws(JSONError) in
      try parser.document()
    }
    return value
  }

  /// Reads the value at the beginning of the bytes; `length` is the number of bytes up to its end.
  ///
  /// For rows that lost the newline between them. See `parse(_:)` for what is an error.
  public static func parsePrefix(
    _ bytes: some Collection<UInt8>
  ) throws(JSONError) -> (value: JSONValue, length: Int) {
    try JSONParser.run(bytes) { (parser) throws(JSONError) in try parser.value(depth: 0) }
  }

  /// Reads one value from text; see the variant for bytes.
  public static func parse(_ text: String) throws(JSONError) -> JSONValue {
    try parse(text.utf8)
  }
}

/// A recursive descent over bytes in memory.
struct JSONParser {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  /// Runs a parser over the bytes; answers its value and how far it came.
  static func run(
    _ bytes: some Collection<UInt8>,
    _ body: (inout JSONParser) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> (value: JSONValue, length: Int) {
    let attempt = bytes.withContiguousStorageIfAvailable { result(of: $0, body) }
    if let attempt { return try attempt.get() }
    return try Array(bytes).withUnsafeBufferPointer { result(of: $0, body) }.get()
  }

  /// A result, since the closures of the standard library do not rethrow typed errors.
  private static func result(
    of bytes: UnsafeBufferPointer<UInt8>,
    _ body: (inout JSONParser) throws(JSONError) -> JSONValue
  ) -> Result<(value: JSONValue, length: Int), JSONError> {
    do throws(JSONError) {
      var parser = JSONParser(bytes: bytes)
      let value = try body(&parser)
      return .success((value, parser.position))
    } catch {
      return .failure(error)
    }
  }

  /// The byte at the position, or NUL at the end.
  ///
  /// NUL is never part of valid JSON, so both end in the same place: an error. Every access to
  /// `bytes` by index goes through here.
  var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  var isAtEnd: Bool { position >= bytes.count }

  func error(_ reason: String) -> JSONError {
    JSONError(offset: min(position, bytes.count), reason: isAtEnd ? "unexpected end" : reason)
  }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value(depth: 0)
    skipWhiteSpace()
    guard isAtEnd else { throw error("something follows the value") }
    return value
  }

  mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipWhiteSpace()
    switch current {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw error("a value is expected here")
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
    try enter(depth)
    var members: [JSONObject.Member] = []
    if take(UInt8(ascii: "}")) { return JSONObject(members) }
    repeat {
      members.append(try member(depth: depth))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw error("expected , or }") }
    return JSONObject(members)
  }

  private mutating func member(depth: Int) throws(JSONError) -> JSONObject.Member {
    skipWhiteSpace()
    guard current == UInt8(ascii: "\"") else { throw error("a key is expected here") }
    let key = try string()
    guard take(UInt8(ascii: ":")) else { throw error("expected :") }
    return JSONObject.Member(key, try value(depth: depth))
  }

  private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
    try enter(depth)
    var elements: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return elements }
    repeat {
      elements.append(try value(depth: depth))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw error("expected , or ]") }
    return elements
  }

  private mutating func enter(_ depth: Int) throws(JSONError) {
    guard depth <= JSONValue.depthLimit else { throw error("nested too deeply") }
    position += 1
  }

  private mutating func word(
    _ spelling: StaticString, _ value: JSONValue
  ) throws(JSONError) -> JSONValue {
    for index in 0..<spelling.utf8CodeUnitCount {
      guard current == spelling.utf8Start[index] else { throw error("a value is expected here") }
      position += 1
    }
    return value
  }

  /// Takes a punctuation mark, with the white space before it, if it comes next.
  private mutating func take(_ mark: UInt8) -> Bool {
    skipWhiteSpace()
    guard current == mark else { return false }
    position += 1
    return true
  }

  private mutating func skipWhiteSpace() {
    while true {
      switch current {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }
}
