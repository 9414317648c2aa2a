public import SupervisionCore

/// Runs schedules and says what broke.
public enum Simulation {
  /// What one schedule led to.
  public struct Outcome: Sendable {
    public let violation: Violation?
    public let coverage: Coverage
    /// Events that the supervisor took in.
    public let events: Int
    /// The last lines of the history, if asked for.
    public let history: [String]
  }

  /// Runs one schedule to its end, or to its first violation.
  public static func run(_ schedule: Schedule, tracing: Bool = false) -> Outcome {
    var world = SimulatedWorld(schedule, tracing: tracing)
    let violation = world.run()
    return Outcome(
      violation: violation, coverage: world.coverage, events: world.events,
      history: world.trace?.lines ?? [])
  }

  /// Runs one schedule and gives what was decided, in order.
  public static func decisions(of schedule: Schedule) -> [Decision] {
    decided(schedule, passingOn: nil).decisions
  }

  /// Runs one schedule as it is, and with another program after each turn, which goes on from the
  /// state as `passesOn` gives it back: nil when both decide the same.
  package static func checkUpgrades(
    _ schedule: Schedule,
    passingOn passesOn: @escaping (SupervisorSnapshot, Instant) -> SupervisorSnapshot?
  ) -> Violation? {
    let one = decisions(of: schedule)
    let (violation, other) = decided(schedule, passingOn: passesOn)
    if let violation { return violation }
    guard let index = zip(one, other).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
      if one.count == other.count { return nil }
      return Violation(.upgrade, child: 0, "\(other.count) decisions instead of \(one.count)")
    }
    return Violation(.upgrade, child: 0, "\(other[index]) instead of \(one[index])")
  }

  private static func decided(
    _ schedule: Schedule,
    passingOn passesOn: ((SupervisorSnapshot, Instant) -> SupervisorSnapshot?)?
  ) -> (violation: Violation?, decisions: [Decision]) {
    var world = SimulatedWorld(schedule, tracing: false)
    world.decisions = []
    world.passesOn = passesOn
    let violation = world.run()
    return (violation, world.decisions ?? [])
  }

  /// Runs the schedule that belongs to a seed; a failure comes with its shortest known schedule.
  public static func check(seed: UInt64) -> Failure? {
    let schedule = Schedule(drawnFrom: seed)
    guard run(schedule).violation != nil else { return nil }
    return Failure(schedule)
  }
}

/// A schedule that breaks an invariant, cut down to what is needed for it.
public struct Failure: Sendable {
  public let seed: UInt64
  public let violation: Violation
  public let schedule: Schedule
  public let history: [String]

  /// Nil when the schedule breaks nothing.
  public init?(_ schedule: Schedule) {
    guard let violation = Simulation.run(schedule).violation else { return nil }
    let short = schedule.shrunk(keeping: violation.invariant)
    let outcome = Simulation.run(short, tracing: true)
    seed = schedule.seed
    self.violation = outcome.violation ?? violation
    self.schedule = short
    history = outcome.history
  }
}
