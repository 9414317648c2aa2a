/// Counts of values up to each bound, for one histogram.
struct Histogram: Equatable {
  /// Upper bounds in seconds, ascending; one more bucket takes the rest.
  let bounds: [Double]
  /// Not cumulative.
  private(set) var counts: [UInt64]
  private(set) var sum = 0.0

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  var count: UInt64 { counts.reduce(0, +) }

  mutating func observe(_ seconds: Double) {
    guard seconds.isFinite, seconds >= 0 else { return }
    counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
    sum += seconds
  }
}
