/// Time spans as systemd.time(7) writes them: `2`, `0.3`, `500ms`, `1min 30s`.
enum TimeSpan {
  /// Nanoseconds; nil when the text is no time span, or longer than a century.
  ///
  /// A bare number is seconds.
  static func nanoseconds(_ text: String) -> Int64? {
    var rest = text[...]
    var total: Int64 = 0
    trim(&rest)
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      guard let part = takePart(&rest) else { return nil }
      total += part
      guard total <= longest else { return nil }
    }
    return total
  }

  private static let longest: Int64 = 3_155_760_000_000_000_000
  private static let second: Int64 = 1_000_000_000

  private static func takePart(_ rest: inout Substring) -> Int64? {
    let number = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
    rest = rest.dropFirst(number.count)
    trim(&rest)
    let unit = rest.prefix { ("a"..."z").contains($0) || $0 == "M" || $0 == "µ" }
    rest = rest.dropFirst(unit.count)
    trim(&rest)
    guard let scale = nanoseconds(inUnit: unit) else { return nil }
    return scaled(number, scale)
  }

  /// In whole numbers: a `Double` would make `0.3` something else.
  private static func scaled(_ number: Substring, _ scale: Int64) -> Int64? {
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }) else { return nil }
    guard let whole = parts[0].isEmpty ? 0 : Int64(parts[0]) else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
    guard !overflow, product <= longest else { return nil }
    return product + (parts.count == 2 ? fraction(parts[1], scale) : 0)
  }

  private static func fraction(_ digits: Substring, _ scale: Int64) -> Int64 {
    var step = scale
    var sum: Int64 = 0
    for digit in digits.prefix(18) {
      step /= 10
      sum += step * Int64(digit.wholeNumberValue ?? 0)
    }
    return sum
  }

  private static func nanoseconds(inUnit unit: Substring) -> Int64? {
    switch unit {
    case "ns", "nsec": 1
    case "us", "µs", "usec": 1000
    case "ms", "msec": 1_000_000
    case "", "s", "sec", "second", "seconds": second
    case "m", "min", "minute", "minutes": 60 * second
    case "h", "hr", "hour", "hours": 3600 * second
    case "d", "day", "days": 86_400 * second
    case "w", "week", "weeks": 604_800 * second
    default: nil
    }
  }

  private static func trim(_ rest: inout Substring) {
    rest = rest.drop { $0 == " " }
  }
}
