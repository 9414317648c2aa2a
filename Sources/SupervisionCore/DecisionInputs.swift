/// Everything that a decision was made from: with it the decision can be made again.
///
/// Made for an event that led to a decision, and kept by the records of it.
public final class DecisionInputs: Hashable, Sendable {
  /// What happened, and to whom.
  package enum Cause: Hashable, Sendable {
    /// The child is as it was before.
    case event(ChildEvent, ChildMachine)
    /// Supervision began; the durable state is what the disk said.
    case registered(ChildID, Registration)
  }

  package let cause: Cause
  package let now: Instant
  package let settings: SupervisionSettings
  package let isShuttingDown: Bool
  /// As it was before the first number was drawn.
  package let generator: SeededGenerator
  package let daemonBudget: SpawnBudget
  package let outages: Outages

  package init(
    _ cause: Cause, now: Instant, settings: SupervisionSettings, isShuttingDown: Bool,
    generator: SeededGenerator, daemonBudget: SpawnBudget, outages: Outages = Outages()
  ) {
    self.cause = cause
    self.now = now
    self.settings = settings
    self.isShuttingDown = isShuttingDown
    self.generator = generator
    self.daemonBudget = daemonBudget
    self.outages = outages
  }

  /// The event; nil when supervision began.
  public var event: ChildEvent? {
    if case .event(let event, _) = cause { event } else { nil }
  }

  /// Decides again: the same inputs lead to the same decisions.
  package func decide() -> [Decision] {
    var context = DecisionContext(self)
    switch cause {
    case .event(let event, var child): child.handle(event, &context)
    case .registered(let id, let registration):
      let plausible = registration.plausible(settings, at: now)
      var child = ChildMachine(id, plausible, read: registration.durable)
      child.awaken(plausible, &context)
    }
    context.explain(by: self)
    return context.effects.compactMap {
      if case .record(let decision) = $0 { decision } else { nil }
    }
  }

  public static func == (left: DecisionInputs, right: DecisionInputs) -> Bool {
    left.cause == right.cause && left.now == right.now && left.settings == right.settings
      && left.isShuttingDown == right.isShuttingDown && left.generator == right.generator
      && left.daemonBudget == right.daemonBudget && left.outages == right.outages
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(cause)
    hasher.combine(now)
  }
}
