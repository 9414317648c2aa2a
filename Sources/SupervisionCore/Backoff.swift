/// The delay before a child that failed may run again.
public struct Backoff: Hashable, Sendable {
  /// Without jitter; zero when there was no failure yet.
  public private(set) var delay: TimeSpan

  public init(delay: TimeSpan = .zero) { self.delay = delay }

  /// After a failed run: the first delay, then the last one times the factor, up to the cap.
  mutating func grow(_ policy: BackoffPolicy) {
    delay = min(policy.cap, max(policy.first, delay.scaled(by: policy.factor)))
  }

  /// After a run that was long and useful: half, never less than the first delay.
  mutating func ease(_ policy: BackoffPolicy) { delay = max(policy.first, delay.scaled(by: 0.5)) }

  /// The cap may have been lowered.
  mutating func fit(_ policy: BackoffPolicy) { delay = min(delay, policy.cap) }

  mutating func clear() { delay = .zero }

  /// How long a run must last before it counts as stable.
  func stableRun(_ policy: BackoffPolicy) -> TimeSpan { max(policy.stableRun, delay) }

  /// The delay varied by chance, never above the cap; `unit` is between -1 and 1.
  func wait(_ policy: BackoffPolicy, unit: Double) -> TimeSpan {
    min(policy.cap, delay.scaled(by: 1 + policy.jitter * unit))
  }
}

/// When the last failed runs ended, no more of them than the limit needs.
public struct CrashHistory: Hashable, Sendable {
  /// Oldest first.
  public private(set) var instants: [Instant] = []

  public init() {}

  public init(_ instants: [Instant]) { self.instants = instants.sorted() }

  mutating func record(_ instant: Instant, limit: Int) {
    instants.append(instant)
    fit(limit: limit)
  }

  /// The limit may have been lowered.
  mutating func fit(limit: Int) { instants = instants.suffix(max(0, limit)) }

  /// How many lie within the window that ends now.
  public func count(within window: TimeSpan, at now: Instant) -> Int {
    instants.reduce(0) { $0 + (now - $1 <= window ? 1 : 0) }
  }

  mutating func clear() { instants = [] }
}
