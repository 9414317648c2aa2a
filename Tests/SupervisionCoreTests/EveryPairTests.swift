import Testing

@testable import SupervisionCore

/// Every event in every state: nothing traps, the invariants hold, and old news changes nothing.
struct EveryPairTests {
  static func events(_ run: Incarnation) -> [ChildEvent] {
    [
      .consumerAttached, .consumerDetached, .inboxTouched,
      .inboxObserved(InboxObservation()),
      .inboxObserved(InboxObservation(pending: 3, first: MessageKey(1), newest: 9, answered: 4)),
      .spawned(run, awaitsReadiness: true), .spawned(run, awaitsReadiness: false),
      .spawned(run, awaitsReadiness: false, watchdog: .seconds(30)), .said(run, .alive),
      .said(run, .watchdog(.seconds(20))), .said(run, .watchdog(.zero)), .said(run, .broken),
      .said(run, .leaving), .said(run, .needsTime(.seconds(70))), .heard(run),
      .spawnFailed(run, .program), .spawnFailed(run, .resources), .holderFound, .ready(run),
      .exited(run, .exited(0), leftovers: false), .exited(run, .exited(1), leftovers: true),
      .exited(run, .signaled(9), leftovers: false), .exited(run, .unknown, leftovers: false),
      .emptied(run), .taskClosed, .taskReopened, .taskVanished, .tombstoned, .tombstoneFailed,
      .tombstoneRemoved, .deadline, .startRequested, .stopRequested, .interruptRequested,
      .resetRequested, .restartRequested, .archiveRequested(.purge, grace: nil),
      .archiveRequested(.delete, grace: .seconds(-5)), .restoreRequested, .shutdownRequested,
      .refused(.message), .spared(.attached),
    ]
  }

  @Test(arguments: ChildState.Name.allCases)
  func `three events in a row in every state break nothing`(_ name: ChildState.Name) {
    let scenario = Scenario.inState(name)
    #expect(scenario.name == name)
    for first in Self.events(scenario.run) {
      var one = scenario
      one.tell(first)
      for second in Self.events(one.run) {
        var two = one
        two.tell(second)
        for third in Self.events(two.run) {
          var three = two
          _ = three.machine.handle(third, for: three.child, at: three.now)
          if let broken = three.machine.brokenInvariant(of: three.child) {
            Issue.record("\(name), \(first), \(second), \(third): \(broken)")
            return
          }
        }
      }
    }
  }

  @Test(arguments: ChildState.Name.allCases)
  func `news of an earlier run changes nothing, in every state`(_ name: ChildState.Name) {
    let old = Incarnation(0)
    let news: [ChildEvent] = [
      .spawned(old, awaitsReadiness: false), .spawnFailed(old, .program), .ready(old),
      .exited(old, .exited(1), leftovers: false), .emptied(old),
    ]
    var scenario = Scenario.inState(name)
    for event in news {
      let before = scenario.state
      #expect(scenario.tell(event).isEmpty)
      #expect(scenario.state == before)
    }
  }

  @Test func `random events keep the invariants`() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    var scenario = Scenario()
    for _ in 0..<20_000 {
      scenario.now = scenario.now + .milliseconds(Int64.random(in: 0..<30_000, using: &generator))
      guard let event = Self.events(scenario.run).randomElement(using: &generator) else { return }
      _ = scenario.machine.handle(event, for: scenario.child, at: scenario.now)
      if let broken = scenario.machine.brokenInvariant(of: scenario.child) {
        Issue.record("seed \(seed): \(broken) after \(event)")
        return
      }
    }
  }
}
