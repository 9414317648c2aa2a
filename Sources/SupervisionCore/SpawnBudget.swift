/// A token bucket kept as one instant: when the bucket would be full again.
public struct SpawnBudget: Hashable, Sendable {
  package private(set) var fullAt: Instant?

  public init() {}

  package init(fullAt: Instant?) { self.fullAt = fullAt }

  /// When the next spawn is allowed; nil when one is allowed now.
  public func nextAllowed(_ policy: BudgetPolicy, at now: Instant) -> Instant? {
    guard let fullAt, fullAt > now else { return nil }
    let room = policy.period.scaled(by: Double(max(1, policy.burst) - 1))
    let allowed = fullAt - room
    return allowed > now ? allowed : nil
  }

  /// Takes one token.
  public mutating func spend(_ policy: BudgetPolicy, at now: Instant) {
    fullAt = max(fullAt ?? now, now) + policy.period
  }
}
