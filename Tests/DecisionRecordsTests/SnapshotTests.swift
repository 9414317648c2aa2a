import JSONLines
import Testing

@testable import DecisionRecords
@testable import SupervisionCore
@testable import SupervisionSimulator

/// What a supervisor knows survives being written down, so that another program can go on with it.
@Suite struct SnapshotTests {
  private func read(_ machine: SupervisorMachine, at now: Instant) throws -> SupervisorSnapshot {
    let line = machine.snapshot.recorded(at: now).encoded()
    return try SupervisorSnapshot(recorded: JSONValue.parse(line))
  }

  @Test func `a supervisor that goes on from what was written decides what the first one decides`()
    throws
  {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    var settings = SupervisionSettings()
    settings.childBudget.burst = 3
    settings.backoff.jitter = 0.37
    var world = World(settings: settings, seed: seed)
    for step in 0..<3_000 {
      world.now = world.now + .milliseconds(Int64.random(in: 0..<30_000, using: &generator))
      if step % 7 == 0 {
        let snapshot = try read(world.machine, at: world.now)
        guard snapshot == world.machine.snapshot else {
          Issue.record("seed \(seed), step \(step): what is read differs from what was written")
          return
        }
        let other = SupervisorMachine(snapshot)
        #expect(other.plan == world.machine.plan, "seed \(seed), step \(step)")
        #expect(other.nextDeadline == world.machine.nextDeadline, "seed \(seed), step \(step)")
        for name in ChildState.Name.allCases {
          #expect(other.counts[name] ?? 0 == world.machine.counts[name] ?? 0, "seed \(seed)")
        }
        world.machine = other
      }
      let event = try #require(World.events(world.run).randomElement(using: &generator))
      world.tell(event)
      #expect(world.machine.brokenInvariant(of: world.child) == nil, "seed \(seed), step \(step)")
    }
    #expect(world.decisions.count > 500)
  }

  @Test func `an upgrade after each turn of a simulated world changes no decision`() {
    let first = UInt64.random(in: 0...1_000_000)
    for seed in first..<first + 150 {
      let violation = Simulation.checkUpgrades(Schedule(drawnFrom: seed)) { snapshot, now in
        try? SupervisorSnapshot(recorded: JSONValue.parse(snapshot.recorded(at: now).encoded()))
      }
      if let violation { Issue.record("seed \(seed): \(violation)") }
    }
  }

  @Test func `an upgrade that passes on less than everything is found out`() {
    let difference = (1...200 as ClosedRange<UInt64>).contains { seed in
      Simulation.checkUpgrades(Schedule(drawnFrom: seed)) { snapshot, _ in
        var changed = snapshot
        changed.outages = Outages()
        return changed
      } != nil
    }
    #expect(difference)
  }

  @Test func `each of a child's own times is read as it was written`() throws {
    var times = ChildTimes()
    times.idleTimeout = .infinity
    times.stopTimeout = .zero
    times.startTimeout = .seconds(3)
    times.crashLimit = 4
    times.crashWindow = .seconds(5)
    var backoff = BackoffPolicy()
    backoff.factor = 1.1
    backoff.jitter = 0.3
    times.backoff = backoff
    for (name, field) in Mirror(reflecting: times).children {
      #expect("\(field)" != "nil", "\(name ?? "") is not tried")
    }
    var machine = SupervisorMachine(settings: SupervisionSettings(), seed: 9)
    _ = machine.apply(machine.settings, times: [ChildID(3): times, ChildID(70): ChildTimes()])
    let now = Instant(nanoseconds: 77)
    #expect(try read(machine, at: now) == machine.snapshot)
  }

  @Test(arguments: ChildState.Name.allCases)
  func `a plan tells what happens to a child in each state when its time comes`(
    _ name: ChildState.Name
  ) {
    let plan = World.inState(name).machine.plan
    #expect(plan.lines.count == 1)
    #expect(plan.lines.first?.hasPrefix("chat 3: \(name.rawValue)") == true, "\(plan)")
    if name == .backoff { #expect(plan.lines.first?.hasSuffix(" ns: look") == true, "\(plan)") }
  }

  @Test func `two plans differ in the first line that is not the same`() {
    let plan = SupervisorPlan(lines: ["a", "b"])
    #expect(plan.firstDifference(to: plan) == nil)
    #expect(plan.firstDifference(to: SupervisorPlan(lines: ["a", "c"])) ?? ("", "") == ("b", "c"))
    #expect(plan.firstDifference(to: SupervisorPlan(lines: ["a"])) ?? ("", "") == ("b", "nothing"))
  }
}
