/// When something that failed is tried again: later and later, until it succeeds.
///
/// Nanoseconds of the monotonic clock.
struct Retry {
  /// Nil while nothing is to be tried.
  private(set) var dueAt: Int64?
  private var delay = first

  private static let first: Int64 = 250_000_000
  private static let last: Int64 = 60_000_000_000

  /// One that waits already waits no longer for it.
  mutating func failed(at now: Int64) {
    guard dueAt == nil else { return }
    dueAt = now + delay
    delay = min(delay * 2, Self.last)
  }

  mutating func succeeded() { self = Retry() }

  /// Whether it is time; says so once.
  mutating func takeDue(at now: Int64) -> Bool {
    guard let dueAt, dueAt <= now else { return false }
    self.dueAt = nil
    return true
  }
}
