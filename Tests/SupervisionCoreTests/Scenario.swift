import Testing

@testable import SupervisionCore

/// The testing library has one of its own.
typealias ExitStatus = SupervisionCore.ExitStatus

/// One child under a supervisor, driven by hand on a clock that only moves when told to.
struct Scenario {
  var machine: SupervisorMachine
  var now = Instant(nanoseconds: 1_000_000_000_000)
  var inbox = InboxObservation()
  let child = ChildID(1)

  init(
    _ registration: Registration = Registration(),
    settings: SupervisionSettings = SupervisionSettings(), seed: UInt64 = 1
  ) {
    machine = SupervisorMachine(settings: settings, seed: seed)
    _ = machine.register(child, registration, at: now)
    answer()
  }

  var state: ChildState { machine.state(of: child) ?? .resting }
  var name: ChildState.Name { state.name }
  var run: Incarnation { state.incarnation ?? Incarnation(0) }
  var delay: TimeSpan { machine.durable(of: child)?.backoffDelay ?? .zero }

  @discardableResult
  mutating func tell(_ event: ChildEvent) -> [Effect] {
    let effects = machine.handle(event, for: child, at: now)
    #expect(machine.brokenInvariant(of: child) == nil)
    return effects
  }

  @discardableResult
  mutating func answer() -> [Effect] { tell(.inboxObserved(inbox)) }

  /// Time passes, and deadlines come up.
  @discardableResult
  mutating func pass(_ span: TimeSpan) -> [Effect] {
    now = now + span
    return machine.expire(at: now)
  }

  mutating func runs() {
    tell(.spawned(run, awaitsReadiness: false))
  }

  mutating func ends(_ status: ExitStatus) {
    tell(.exited(run, status, leftovers: false))
    answer()
  }

  /// Waits for the back-off to pass, and starts again.
  mutating func startsAgain() {
    guard case .backoff(let until) = state else { return }
    now = until
    _ = machine.expire(at: now)
    answer()
    runs()
  }

  mutating func crashes(times: Int = 1) {
    for _ in 0..<times {
      startsAgain()
      ends(.exited(1))
    }
  }

  /// A message that a handler answers.
  mutating func messageAnswered() {
    inbox.newest += 1
    inbox.answered += 1
  }

  mutating func messageWaits(_ key: UInt64) {
    inbox.newest = key
    inbox.pending = 1
    inbox.first = MessageKey(key)
    tell(.inboxTouched)
    answer()
  }

  static func running(_ settings: SupervisionSettings = SupervisionSettings()) -> Scenario {
    var scenario = Scenario(settings: settings)
    scenario.tell(.consumerAttached)
    scenario.runs()
    return scenario
  }

  /// A scenario in each state.
  static func inState(_ name: ChildState.Name) -> Scenario {
    var scenario = name == .resting ? Scenario() : .running()
    switch name {
    case .resting, .running: break
    case .starting:
      scenario = Scenario()
      scenario.tell(.consumerAttached)
    case .stopping: scenario.tell(.restartRequested)
    case .backoff: scenario.crashes()
    case .parked: scenario.crashes(times: 8)
    case .down:
      scenario = Scenario()
      scenario.tell(.stopRequested)
    case .archived: scenario = Scenario(Registration(isTombstoned: true))
    }
    return scenario
  }
}

extension [Effect] {
  var spawns: Bool { contains { if case .spawn = $0 { true } else { false } } }
  var signals: [StopSignal] {
    compactMap { if case .signal(_, _, let signal) = $0 { signal } else { nil } }
  }
  var clauses: [Clause] {
    compactMap { if case .record(let decision) = $0 { decision.clause } else { nil } }
  }
  var persisted: [DurableState] {
    compactMap { if case .persist(_, let state, _) = $0 { state } else { nil } }
  }
}
