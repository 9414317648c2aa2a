internal import LinuxSystem

/// The UUID that names a session and its folder.
///
/// Only the canonical form of 36 characters is accepted, so that it is safe as a file name. It is kept as
/// a number, since ten thousand of them may lie in memory for weeks.
public struct SessionID: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64
  /// Which digits are written in upper case, the first one's bit the highest.
  private let capitals: UInt32

  /// Nil unless the text is a UUID with its four dashes.
  public init?(_ text: String) {
    guard text.utf8.count == Self.length else { return nil }
    var value: (high: UInt64, low: UInt64) = (0, 0)
    var capitals: UInt32 = 0
    for (index, byte) in text.utf8.enumerated() {
      if Self.isDash(index) {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      guard let digit = Self.digit(byte) else { return nil }
      value = (value.high << 4 | value.low >> 60, value.low << 4 | UInt64(digit))
      capitals = capitals << 1 | (Self.isCapital(byte) ? 1 : 0)
    }
    (high, low, self.capitals) = (value.high, value.low, capitals)
  }

  private init(high: UInt64, low: UInt64) {
    (self.high, self.low, capitals) = (high, low, 0)
  }

  /// A new one of version 7 (RFC 9562): it begins with the time, so names sort by age.
  public static func make() -> SessionID {
    make(
      milliseconds: UInt64(max(0, Clock.wall / 1_000_000)), RandomBytes.word(), RandomBytes.word())
  }

  static func make(milliseconds: UInt64, _ high: UInt64, _ low: UInt64) -> SessionID {
    SessionID(
      high: milliseconds << 16 | 0x7000 | high & 0xFFF,
      low: 0x8000_0000_0000_0000 | low & 0x3FFF_FFFF_FFFF_FFFF)
  }

  /// As it was written: other programs compare it as text.
  public var text: String {
    String(unsafeUninitializedCapacity: Self.length) { buffer in
      var place = 0
      for index in 0..<Self.length {
        if Self.isDash(index) {
          buffer[index] = UInt8(ascii: "-")
        } else {
          buffer[index] = character(at: place)
          place += 1
        }
      }
      return Self.length
    }
  }

  public var description: String { text }
}

// MARK: - Digits

extension SessionID {
  private static let length = 36

  private static func isDash(_ index: Int) -> Bool {
    switch index {
    case 8, 13, 18, 23: true
    default: false
    }
  }

  static func isHexadecimal(_ byte: UInt8) -> Bool { digit(byte) != nil }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  private static func isCapital(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
  }

  /// The digit at a place from 0 to 31, as it was written.
  private func character(at place: Int) -> UInt8 {
    let half = place < 16 ? high : low
    let digit = UInt8(truncatingIfNeeded: half >> (60 - 4 * UInt64(place % 16))) & 0xF
    if digit < 10 { return UInt8(ascii: "0") + digit }
    let isCapital = capitals >> (31 - UInt32(place)) & 1 == 1
    return digit - 10 + UInt8(ascii: isCapital ? "A" : "a")
  }
}
