/// A number as it was spelled: `1`, `1.0`, `1e3`, or more digits than any machine type has.
///
/// Two numbers are equal when they are spelled alike.
public struct JSONNumber: Equatable, Hashable, Sendable {
  /// The characters in the file; always a number by the grammar of RFC 8259.
  public let spelling: String

  /// Takes a spelling that the parser accepted.
  init(verified spelling: String) { self.spelling = spelling }

  /// An integer of any width.
  public init(_ value: some BinaryInteger) { spelling = String(value) }

  /// The shortest spelling that reads back as the same double; nil when it is not finite.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    spelling = value.description
  }

  /// The value when it is spelled as an integer and fits.
  public var int: Int64? { Int64(spelling) }

  /// The value when it is spelled as an integer, is not negative and fits.
  public var uint: UInt64? { UInt64(spelling) }

  /// The nearest double; infinite when the number is too large for one.
  public var double: Double { Double(spelling) ?? .nan }
}
