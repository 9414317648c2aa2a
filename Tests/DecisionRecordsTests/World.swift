import Testing

@testable import SupervisionCore

/// The testing library has one of its own.
typealias ExitStatus = SupervisionCore.ExitStatus

/// One child under the real supervisor, driven by hand: whatever is decided is collected.
struct World {
  var machine: SupervisorMachine
  var now = Instant(nanoseconds: 1_000_000_000_000)
  var inbox = InboxObservation()
  var decisions: [Decision] = []
  let child = ChildID(3)

  init(
    _ registration: Registration = Registration(),
    settings: SupervisionSettings = SupervisionSettings(), seed: UInt64 = 1
  ) {
    machine = SupervisorMachine(settings: settings, seed: seed)
    keep(machine.register(child, registration, at: now))
    answer()
  }

  var state: ChildState { machine.state(of: child) ?? .resting }
  var run: Incarnation { state.incarnation ?? Incarnation(0) }

  mutating func keep(_ effects: [Effect]) {
    decisions += effects.compactMap { if case .record(let decision) = $0 { decision } else { nil } }
  }

  mutating func tell(_ event: ChildEvent) { keep(machine.handle(event, for: child, at: now)) }

  mutating func answer() { tell(.inboxObserved(inbox)) }

  mutating func pass(_ span: TimeSpan) {
    now = now + span
    keep(machine.expire(at: now))
  }

  mutating func messageWaits(_ key: UInt64 = 7, count: Int = 1) {
    inbox = InboxObservation(
      pending: count, first: MessageKey(key), newest: key, answered: inbox.answered)
    tell(.inboxTouched)
    answer()
  }

  mutating func ends(_ status: ExitStatus) {
    tell(.exited(run, status, leftovers: false))
    answer()
  }

  mutating func startsAgain() {
    guard case .backoff(let until) = state else { return }
    pass(until - now)
    answer()
    tell(.spawned(run, awaitsReadiness: false))
  }

  mutating func crashes(times: Int = 1) {
    for _ in 0..<times {
      startsAgain()
      pass(.milliseconds(40))
      ends(.exited(1))
    }
  }

  static func running(
    _ settings: SupervisionSettings = SupervisionSettings()
  ) -> World {
    var world = World(settings: settings)
    world.tell(.consumerAttached)
    world.tell(.spawned(world.run, awaitsReadiness: false))
    return world
  }

  static func inState(_ name: ChildState.Name) -> World {
    var world = name == .resting ? World() : .running()
    switch name {
    case .resting, .running: break
    case .starting:
      world = World()
      world.tell(.consumerAttached)
    case .stopping: world.tell(.restartRequested)
    case .backoff: world.crashes()
    case .parked: world.crashes(times: 8)
    case .down:
      world = World()
      world.tell(.stopRequested)
    case .archived: world = World(Registration(isTombstoned: true))
    }
    return world
  }

  /// Every kind of event, with what can come with it.
  static func events(_ run: Incarnation) -> [ChildEvent] {
    [
      .consumerAttached, .consumerDetached, .inboxTouched,
      .inboxObserved(InboxObservation()),
      .inboxObserved(
        InboxObservation(
          pending: 3, first: MessageKey(.max), newest: 9, answered: 4,
          lastActivity: Instant(nanoseconds: -5))),
      .spawned(run, awaitsReadiness: true), .spawned(run, awaitsReadiness: false),
      .spawned(run, awaitsReadiness: false, watchdog: .seconds(30), program: ProgramID(.max)),
      .said(run, .alive),
      .said(run, .watchdog(.seconds(20))), .said(run, .watchdog(.zero)), .said(run, .broken),
      .said(run, .leaving), .said(run, .needsTime(.seconds(70))), .heard(run),
      .spawnFailed(run, .program, program: ProgramID(7)), .spawnFailed(run, .resources),
      .holderFound, .ready(run),
      .exited(run, .exited(0), leftovers: false), .exited(run, .exited(1), leftovers: true),
      .exited(run, .signaled(9), leftovers: false), .exited(run, .unknown, leftovers: false),
      .emptied(run), .taskClosed, .taskReopened, .taskVanished, .tombstoned, .tombstoneFailed,
      .tombstoneRemoved, .deadline, .startRequested, .stopRequested, .interruptRequested,
      .resetRequested, .restartRequested, .archiveRequested(.purge, grace: nil),
      .archiveRequested(.staleID, grace: .seconds(-5)), .restoreRequested, .shutdownRequested,
    ] + RefusedRequest.allCases.map { .refused($0) } + PurgeException.allCases.map { .spared($0) }
  }
}
