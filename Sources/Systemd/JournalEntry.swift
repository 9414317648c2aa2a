/// One entry for the journal: fields with text.
public struct JournalEntry {
  /// In the order in which they were added; a name may come more than once.
  public private(set) var fields: [(name: String, value: String)]

  public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

  /// The entry as the journal's native protocol has it.
  ///
  /// A value on one line is `NAME=value\n`. One with a newline in it is `NAME\n`, the value's length
  /// in 64 bits, least significant byte first, the value, `\n`: so no value can forge a field.
  /// Fields that the journal would refuse for their name are left out.
  /// https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for field in fields where Self.isName(field.name) {
      Self.append(field.name, Array(field.value.utf8), to: &bytes)
    }
    return bytes
  }

  private static func append(_ name: String, _ value: [UInt8], to bytes: inout [UInt8]) {
    let newline = UInt8(ascii: "\n")
    bytes += name.utf8
    if value.contains(newline) {
      bytes.append(newline)
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: UInt64(value.count) >> UInt64(shift)))
      }
    } else {
      bytes.append(UInt8(ascii: "="))
    }
    bytes += value
    bytes.append(newline)
  }

  /// Upper case letters, digits and underscores; 64 at most; not a digit first.
  ///
  /// An underscore first is for what the journal itself adds. sd_journal_sendv(3).
  static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 64 else { return false }
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return letters.contains(first)
      && name.utf8.allSatisfy {
        letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "_")
      }
  }
}
