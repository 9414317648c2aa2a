import SupervisionCore
import Testing

/// Children that have numbers of their own under a common supervisor.
struct OwnTimesTests {
  private let start = Instant(nanoseconds: 1_000_000_000_000)
  private let plain = ChildID(1)
  private let special = ChildID(2)

  private var own: ChildTimes {
    var own = ChildTimes()
    own.stopTimeout = .seconds(1)
    own.crashLimit = 2
    own.crashWindow = .seconds(3_600)
    own.backoff = BackoffPolicy()
    own.backoff?.first = .seconds(7)
    own.backoff?.jitter = 0
    return own
  }

  /// Two wanted children that run.
  private func machine() -> SupervisorMachine {
    var machine = SupervisorMachine(settings: SupervisionSettings(), seed: 1)
    _ = machine.apply(machine.settings, times: [special: own])
    for child in [plain, special] {
      _ = machine.register(child, Registration(), at: start)
      _ = machine.handle(.inboxObserved(InboxObservation()), for: child, at: start)
      _ = machine.handle(.consumerAttached, for: child, at: start)
      _ = machine.handle(.spawned(Incarnation(1), awaitsReadiness: false), for: child, at: start)
    }
    return machine
  }

  private func fail(_ child: ChildID, _ run: Incarnation, of machine: inout SupervisorMachine) {
    _ = machine.handle(.exited(run, .exited(1), leftovers: false), for: child, at: start)
    _ = machine.handle(.inboxObserved(InboxObservation()), for: child, at: start)
  }

  @Test func `a child is stopped within its own timeout, and the others within the common one`() {
    var machine = machine()
    for child in machine.ids { _ = machine.handle(.stopRequested, for: child, at: start) }
    #expect(machine.deadline(of: special) == start + .seconds(1))
    #expect(machine.deadline(of: plain) == start + .seconds(10))
  }

  @Test func `a child waits as its own back-off says`() {
    var machine = machine()
    for child in machine.ids { fail(child, Incarnation(1), of: &machine) }
    #expect(machine.deadline(of: special) == start + .seconds(7))
    #expect(machine.durable(of: plain)?.backoffDelay == .milliseconds(200))
  }

  @Test func `a child is parked by its own start limit`() {
    var machine = machine()
    for child in machine.ids {
      fail(child, Incarnation(1), of: &machine)
      _ = machine.handle(.restartRequested, for: child, at: start)
    }
    var times = own
    times.crashLimit = 1
    _ = machine.apply(machine.settings, times: [special: times])
    for child in machine.ids {
      _ = machine.handle(.inboxObserved(InboxObservation()), for: child, at: start)
      let run = machine.state(of: child)?.incarnation ?? Incarnation(0)
      _ = machine.handle(.spawned(run, awaitsReadiness: false), for: child, at: start)
      fail(child, run, of: &machine)
    }
    #expect(machine.state(of: special)?.name == .parked)
    #expect(machine.state(of: plain)?.name == .backoff)
  }

  @Test func `a history that is longer than a child's own limit is cut to it`() {
    var machine = machine()
    for child in machine.ids { fail(child, Incarnation(1), of: &machine) }
    var times = own
    times.crashLimit = 0
    let effects = machine.apply(machine.settings, times: [special: times])
    #expect(machine.durable(of: special)?.crashes == [])
    #expect(machine.durable(of: plain)?.crashes == [start])
    let cut = machine.durable(of: special)
    #expect(effects == cut.map { [.persist(special, $0, .soon)] })
    #expect(machine.apply(machine.settings, times: [special: times]).isEmpty)
  }
}
