extension JSONValue {
  /// The bytes of the value without any white space: one line, whatever it contains.
  public func encoded() -> [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }

  /// The bytes of the value with a line for each element, indented by two spaces; no newline at the end.
  public func encodedPretty() -> [UInt8] {
    var writer = JSONWriter()
    writer.writePretty(self, indentation: 0)
    return writer.bytes
  }
}

/// Builds the bytes of a value.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null, .bool, .number, .string: writeScalar(value)
    case .array(let elements):
      list(elements, "[", "]") { (writer, element) in writer.write(element) }
    case .object(let object):
      list(object.members, "{", "}") { (writer, member) in
        writer.write(member.spelledKey)
        writer.raw(":")
        writer.write(member.value)
      }
    }
  }

  mutating func writePretty(_ value: JSONValue, indentation: Int) {
    switch value {
    case .null, .bool, .number, .string: writeScalar(value)
    case .array(let elements):
      lines(elements, "[", "]", indentation) { (writer, element, inner) in
        writer.writePretty(element, indentation: inner)
      }
    case .object(let object):
      lines(object.members, "{", "}", indentation) { (writer, member, inner) in
        writer.write(member.spelledKey)
        writer.raw(": ")
        writer.writePretty(member.value, indentation: inner)
      }
    }
  }

  private mutating func writeScalar(_ value: JSONValue) {
    switch value {
    case .null, .array, .object: raw("null")
    case .bool(let value): raw(value ? "true" : "false")
    case .number(let number): bytes.append(contentsOf: number.spelling.utf8)
    case .string(let string): write(string)
    }
  }

  private mutating func list<Element>(
    _ elements: [Element], _ open: StaticString, _ close: StaticString,
    _ body: (inout JSONWriter, Element) -> Void
  ) {
    raw(open)
    for (index, element) in elements.enumerated() {
      if index > 0 { raw(",") }
      body(&self, element)
    }
    raw(close)
  }

  private mutating func lines<Element>(
    _ elements: [Element], _ open: StaticString, _ close: StaticString, _ indentation: Int,
    _ body: (inout JSONWriter, Element, Int) -> Void
  ) {
    raw(open)
    for (index, element) in elements.enumerated() {
      if index > 0 { raw(",") }
      newLine(indentation + 1)
      body(&self, element, indentation + 1)
    }
    if !elements.isEmpty { newLine(indentation) }
    raw(close)
  }

  private mutating func newLine(_ indentation: Int) {
    raw("\n")
    bytes.append(contentsOf: repeatElement(0x20, count: 2 * indentation))
  }

  private mutating func raw(_ text: StaticString) {
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private mutating func write(_ string: JSONString) {
    raw("\"")
    if let spelling = string.spelling {
      bytes.append(contentsOf: spelling.utf8)
    } else {
      appendEscaped(string.content)
    }
    raw("\"")
  }

  /// What stands between the quotes of a new string: only what must be escaped is.
  static func escaped(_ content: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.appendEscaped(content)
    return writer.bytes
  }

  private mutating func appendEscaped(_ content: String) {
    // One copy for the text that needs no escape, which is nearly all text.
    guard content.utf8.contains(where: Self.mustBeEscaped) else {
      bytes.append(contentsOf: content.utf8)
      return
    }
    for byte in content.utf8 {
      if Self.mustBeEscaped(byte) { appendEscape(byte) } else { bytes.append(byte) }
    }
  }

  private static func mustBeEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func appendEscape(_ byte: UInt8) {
    switch byte {
    case 0x08: raw("\\b")
    case 0x09: raw("\\t")
    case 0x0A: raw("\\n")
    case 0x0C: raw("\\f")
    case 0x0D: raw("\\r")
    case UInt8(ascii: "\""): raw("\\\"")
    case UInt8(ascii: "\\"): raw("\\\\")
    default:
      raw(byte < 0x10 ? "\\u000" : "\\u00")
      bytes.append(contentsOf: String(byte, radix: 16).utf8)
    }
  }
}
