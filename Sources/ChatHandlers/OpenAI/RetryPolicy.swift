/// When a request that failed is sent again: a value, with the chance passed in.
struct RetryPolicy: Equatable, Sendable {
  /// Nanoseconds before the second try; doubled for each further one.
  private static let first: Int64 = 500_000_000
  private static let longest: Int64 = 30_000_000_000

  /// How many more tries there are.
  private(set) var left: Int
  private var made = 0

  init(retries: Int) { left = retries }

  /// Nanoseconds to wait before the next try; nil: no more tries.
  ///
  /// What the endpoint asked for is kept at least. `chance` is from 0 to 1. `remaining` is how long
  /// the answer may still take: a pause that would outlast it makes no sense.
  mutating func pause(asked: Int64?, remaining: Int64, chance: Double) -> Int64? {
    guard left > 0 else { return nil }
    let doubled = RetryPolicy.first << Int64(min(made, 16))
    let usual = min(doubled, RetryPolicy.longest)
    // A quarter more or less: those who failed together do not come back together.
    let varied = usual / 4 * 3 + Int64(Double(usual / 2) * min(max(chance, 0), 1))
    let pause = max(varied, asked ?? 0)
    guard pause < remaining else { return nil }
    left -= 1
    made += 1
    return pause
  }
}
