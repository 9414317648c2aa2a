internal import Glibc

/// RFC 3339 date and time, UTC, from and to nanoseconds since 1970.
public enum Timestamp {
  /// `2026-04-27T17:32:52.630148860+00:00`: nine digits and a numeric offset, as the graph's rows have it.
  public static func rfc3339(_ nanoseconds: Int64) -> String {
    format(nanoseconds, digits: 9) + "+00:00"
  }

  /// `2026-04-27T18:40:56.371Z`: milliseconds, as log lines have it.
  public static func logLine(_ nanoseconds: Int64) -> String {
    format(nanoseconds, digits: 3) + "Z"
  }

  /// `18:40:56`, by the clock on the person's wall.
  ///
  /// `localtime_r(3)`.
  public static func localTime(_ nanoseconds: Int64) -> String {
    var time = time_t(nanoseconds / 1_000_000_000)
    var parts = tm()
    localtime_r(&time, &parts)
    return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
      .joined(separator: ":")
  }

  private static func format(_ nanoseconds: Int64, digits: Int) -> String {
    let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    var time = time_t(fraction < 0 ? seconds - 1 : seconds)
    let rest = fraction < 0 ? fraction + 1_000_000_000 : fraction
    var parts = tm()
    gmtime_r(&time, &parts)
    let date = [
      padded(Int(parts.tm_year) + 1900, 4), padded(Int(parts.tm_mon) + 1, 2),
      padded(Int(parts.tm_mday), 2),
    ].joined(separator: "-")
    let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }
      .joined(separator: ":")
    return "\(date)T\(clock).\(padded(Int(rest), 9).prefix(digits))"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Nanoseconds since 1970; nil when the text is not RFC 3339.
  ///
  /// Fractions of any length, any offset.
  public static func parse(_ text: String) -> Int64? {
    var scanner = DigitScanner(text)
    guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2),
      scanner.take("-"), let day = scanner.number(2), scanner.takeAny("Tt "),
      let hour = scanner.number(2), scanner.take(":"), let minute = scanner.number(2),
      scanner.take(":"), let second = scanner.number(2), let fraction = scanner.fraction(),
      let offset = scanner.offset(), scanner.isAtEnd,
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    var parts = tm()
    parts.tm_year = Int32(year - 1900)
    parts.tm_mon = Int32(month - 1)
    parts.tm_mday = Int32(day)
    parts.tm_hour = Int32(hour)
    parts.tm_min = Int32(minute)
    parts.tm_sec = Int32(second)
    let seconds = Int64(timegm(&parts)) - Int64(offset)
    // timegm makes the 30th of February the 2nd of March; a leap second may end a day.
    if second < 60 && Int(parts.tm_mday) != day { return nil }
    let (whole, tooFar) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflow) = whole.addingReportingOverflow(fraction)
    return tooFar || overflow ? nil : sum
  }
}

private struct DigitScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func takeAny(_ characters: String) -> Bool {
    guard let first = rest.first, characters.utf8.contains(first) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(_ width: Int) -> Int? {
    let digits = rest.prefix(width)
    guard digits.count == width, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    rest.removeFirst(width)
    return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
  }

  /// Nanoseconds; 0 when there is no fraction, nil when there is a point without digits.
  mutating func fraction() -> Int64? {
    guard take(".") else { return 0 }
    let digits = rest.prefix { (48...57).contains($0) }
    guard !digits.isEmpty else { return nil }
    rest.removeFirst(digits.count)
    let nine = Array(digits.prefix(9)) + Array(repeating: 48, count: max(0, 9 - digits.count))
    return nine.reduce(0) { $0 * 10 + Int64($1 - 48) }
  }

  /// Seconds east of UTC.
  mutating func offset() -> Int? {
    if takeAny("Zz") { return 0 }
    let sign: Int
    if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
    guard let hours = number(2), take(":"), let minutes = number(2) else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}
