/// Why a text is no time span.
public struct TimeSpanError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The whole text, as it was given.
  public let text: String
  public let reason: String

  public var description: String {
    "`\(text)` is not a time span: \(reason) (try `2`, `500ms`, `5min` or `1h 30min`)"
  }
}

extension TimeSpan {
  /// Reads a time span.
  ///
  /// `infinity` is refused unless the caller has a use for it.
  public static func parse(
    _ text: String, allowsInfinity: Bool = false
  ) throws(TimeSpanError) -> TimeSpan {
    var parser = TimeSpanParser(text)
    let span = try parser.parse()
    if span.isInfinite && !allowsInfinity {
      throw TimeSpanError(text: text, reason: "it must end")
    }
    return span
  }
}

private struct TimeSpanParser {
  private let text: String
  private var rest: Substring.UnicodeScalarView
  private var total: Int64 = 0

  init(_ text: String) {
    self.text = text
    rest = text[...].unicodeScalars
  }

  mutating func parse() throws(TimeSpanError) -> TimeSpan {
    skipSpaces()
    if rest.isEmpty { throw failure("it is empty") }
    if word() == "infinity" { return .infinity }
    while !rest.isEmpty { try parsePart() }
    return TimeSpan(nanoseconds: total)
  }

  private func word() -> String {
    String(String(rest).split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }

  private mutating func parsePart() throws(TimeSpanError) {
    let whole = takeDigits()
    let fraction = try takeFraction()
    if whole.isEmpty && fraction.isEmpty { throw failure("a number is missing") }
    skipSpaces()
    let unit = try takeUnit()
    try add(whole, fraction, unit)
    skipSpaces()
  }

  private mutating func takeDigits() -> [Int64] {
    let digits = rest.prefix { ("0"..."9").contains($0) }
    rest.removeFirst(digits.count)
    return digits.map { Int64($0.value) - 48 }
  }

  private mutating func takeFraction() throws(TimeSpanError) -> [Int64] {
    guard rest.first == "." else { return [] }
    rest.removeFirst()
    let digits = takeDigits()
    if digits.isEmpty { throw failure("digits are missing after the point") }
    return digits
  }

  private mutating func takeUnit() throws(TimeSpanError) -> Int64 {
    let letters = rest.prefix { $0.properties.isAlphabetic }
    rest.removeFirst(letters.count)
    if letters.isEmpty, !isAtPartEnd, let next = rest.first {
      throw failure("`\(next)` is unexpected")
    }
    guard let unit = Self.units[String(letters)] else { throw failure("`\(letters)` is no unit") }
    return unit
  }

  private var isAtPartEnd: Bool {
    rest.first.map { ("0"..."9").contains($0) || $0 == "." } ?? true
  }

  private mutating func add(
    _ whole: [Int64], _ fraction: [Int64], _ unit: Int64
  ) throws(TimeSpanError) {
    var number: Int64 = 0
    for digit in whole {
      number = try checked(number.multipliedReportingOverflow(by: 10))
      number = try checked(number.addingReportingOverflow(digit))
    }
    let value = try checked(number.multipliedReportingOverflow(by: unit))
    total = try checked(total.addingReportingOverflow(value))
    total = try checked(total.addingReportingOverflow(Self.part(fraction, of: unit)))
    if total == Int64.max { throw failure("it is too long") }
  }

  /// Units are below 10^17 nanoseconds, so a digit times one cannot overflow.
  private static func part(_ fraction: [Int64], of unit: Int64) -> Int64 {
    var divisor: Int64 = 1
    return fraction.prefix(18).reduce(0) { sum, digit in
      divisor *= 10
      return sum + unit * digit / divisor
    }
  }

  private func checked(
    _ result: (partialValue: Int64, overflow: Bool)
  ) throws(TimeSpanError) -> Int64 {
    if result.overflow { throw failure("it is too long") }
    return result.partialValue
  }

  private mutating func skipSpaces() {
    while let first = rest.first, first.properties.isWhitespace { rest.removeFirst() }
  }

  private func failure(_ reason: String) -> TimeSpanError {
    TimeSpanError(text: text, reason: reason)
  }

  private static let units: [String: Int64] = {
    let spellings: [(Int64, [String])] = [
      (1, ["ns", "nsec"]),
      (1_000, ["us", "usec", "\u{B5}s", "\u{3BC}s"]),
      (1_000_000, ["ms", "msec"]),
      (1_000_000_000, ["", "s", "sec", "second", "seconds"]),
      (60_000_000_000, ["m", "min", "minute", "minutes"]),
      (3_600_000_000_000, ["h", "hr", "hour", "hours"]),
      (86_400_000_000_000, ["d", "day", "days"]),
      (604_800_000_000_000, ["w", "week", "weeks"]),
      (2_629_800_000_000_000, ["M", "month", "months"]),
      (31_557_600_000_000_000, ["y", "year", "years"]),
    ]
    return Dictionary(
      uniqueKeysWithValues: spellings.flatMap { unit in unit.1.map { ($0, unit.0) } })
  }()
}
