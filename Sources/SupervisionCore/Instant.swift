/// A point on the monotonic clock.
///
/// Passed in; nothing in this module reads a clock.
public struct Instant: Hashable, Comparable, Sendable {
  /// Nanoseconds since an arbitrary point that stays the same while the program runs.
  public let nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  public static func + (instant: Instant, span: TimeSpan) -> Instant {
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(span.nanoseconds)
    let limit: Int64 = span.nanoseconds < 0 ? .min : .max
    return Instant(nanoseconds: overflow ? limit : sum)
  }

  public static func - (instant: Instant, span: TimeSpan) -> Instant {
    let (difference, overflow) = instant.nanoseconds.subtractingReportingOverflow(span.nanoseconds)
    let limit: Int64 = span.nanoseconds < 0 ? .max : .min
    return Instant(nanoseconds: overflow ? limit : difference)
  }

  public static func - (left: Instant, right: Instant) -> TimeSpan {
    let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
    let limit: Int64 = left < right ? .min : .max
    return TimeSpan(nanoseconds: overflow ? limit : difference)
  }
}

/// A length of time.
public struct TimeSpan: Hashable, Comparable, Sendable {
  public let nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static let zero = TimeSpan(nanoseconds: 0)

  /// For ever.
  public static let infinity = TimeSpan(nanoseconds: .max)

  public static func milliseconds(_ count: Int64) -> TimeSpan {
    nanoseconds(count, times: 1_000_000)
  }

  public static func seconds(_ count: Int64) -> TimeSpan {
    nanoseconds(count, times: 1_000_000_000)
  }

  private static func nanoseconds(_ count: Int64, times unit: Int64) -> TimeSpan {
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    return TimeSpan(nanoseconds: overflow ? (count < 0 ? .min : .max) : product)
  }

  public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The span multiplied by a factor, rounded towards zero, at most what fits; zero for a factor
  /// that is no number.
  public func scaled(by factor: Double) -> TimeSpan {
    let product = Double(nanoseconds) * factor
    if product.isNaN { return .zero }
    if product <= Double(Int64.min) { return TimeSpan(nanoseconds: .min) }
    return TimeSpan(nanoseconds: product >= Double(Int64.max) ? .max : Int64(product))
  }
}
