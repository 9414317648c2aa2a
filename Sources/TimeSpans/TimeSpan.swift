/// A duration as options and configuration spell it: systemd's time spans.
///
/// `2` is seconds; `0.3`, `500ms`, `5min`, `1h 30min` and `infinity` are understood. See
/// systemd.time(7).
public struct TimeSpan: Hashable, Comparable, Sendable {
  /// Not negative.
  ///
  /// `Int64.max` stands for `infinity`.
  public let nanoseconds: Int64

  /// For ever.
  public static let infinity = TimeSpan(nanoseconds: Int64.max)

  public init(nanoseconds: Int64) {
    self.nanoseconds = max(0, nanoseconds)
  }

  public static func seconds(_ seconds: Int64) -> TimeSpan {
    let (value, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .infinity : TimeSpan(nanoseconds: value)
  }

  public var isInfinite: Bool { nanoseconds == Int64.max }

  /// Whole milliseconds, rounded up, so that something is never nothing.
  public var milliseconds: Int64 {
    nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1)
  }

  public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
}

extension TimeSpan: CustomStringConvertible {
  /// The shortest spelling that `parse` reads back to the same value: `5min`, `1h 30min`, `500ms`.
  public var description: String {
    if isInfinite { return "infinity" }
    if nanoseconds == 0 { return "0" }
    var rest = nanoseconds
    var parts: [String] = []
    for unit in Self.spelledUnits where rest >= unit.nanoseconds {
      parts.append("\(rest / unit.nanoseconds)\(unit.name)")
      rest %= unit.nanoseconds
    }
    return parts.joined(separator: " ")
  }

  private static let spelledUnits: [(name: String, nanoseconds: Int64)] = [
    ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("min", 60_000_000_000),
    ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
  ]
}
