internal import LinuxSystem

/// The UUID that names a session and its folder.
///
/// Only the canonical form of 36 characters is accepted, so that it is safe as a file name.
public struct SessionID: Hashable, Sendable, CustomStringConvertible {
  /// As it was written: other programs compare it as text.
  public let text: String

  /// Nil unless the text is a UUID with its four dashes.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 36, bytes.indices.allSatisfy({ Self.fits(bytes[$0], at: $0) }) else {
      return nil
    }
    self.text = text
  }

  private static func fits(_ byte: UInt8, at index: Int) -> Bool {
    switch index {
    case 8, 13, 18, 23: byte == UInt8(ascii: "-")
    default: isHexadecimal(byte)
    }
  }

  static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  /// A new one of version 7 (RFC 9562): it begins with the time, so names sort by age.
  public static func make() -> SessionID {
    make(
      milliseconds: UInt64(max(0, Clock.wall / 1_000_000)), RandomBytes.word(), RandomBytes.word())
  }

  static func make(milliseconds: UInt64, _ high: UInt64, _ low: UInt64) -> SessionID {
    let first = milliseconds << 16 | 0x7000 | high & 0xFFF
    let second = 0x8000_0000_0000_0000 | low & 0x3FFF_FFFF_FFFF_FFFF
    let digits = Array(padded(first) + padded(second))
    let groups = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
    return SessionID(verified: groups.map { String($0) }.joined(separator: "-"))
  }

  private init(verified text: String) { self.text = text }

  private static func padded(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  public var description: String { text }
}
