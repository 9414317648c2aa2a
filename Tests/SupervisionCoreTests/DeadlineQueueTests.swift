import Testing

@testable import SupervisionCore

struct DeadlineQueueTests {
  @Test func `deadlines come up in order, each child once, whatever was set before`() {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    var queue = DeadlineQueue()
    var expected: [ChildID: Instant] = [:]
    for _ in 0..<20_000 {
      let id = ChildID(UInt32.random(in: 0..<40, using: &generator))
      let instant = Instant(nanoseconds: Int64.random(in: 0..<500, using: &generator))
      if Bool.random(using: &generator) {
        queue.set(instant, for: id)
        expected[id] = instant
      } else {
        queue.remove(id)
        expected[id] = nil
      }
      if queue.first != expected.values.min() {
        Issue.record("seed \(seed): \(String(describing: queue.first)) is first")
        return
      }
    }
    var order: [ChildID] = []
    while let id = queue.popDue(at: Instant(nanoseconds: 500)) { order.append(id) }
    let sorted = expected.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    #expect(order == sorted.map(\.key), "seed \(seed)")
  }

  @Test func `nothing comes up before its time`() {
    var queue = DeadlineQueue()
    queue.set(Instant(nanoseconds: 10), for: ChildID(1))
    #expect(queue.popDue(at: Instant(nanoseconds: 9)) == nil)
    #expect(queue.popDue(at: Instant(nanoseconds: 10)) == ChildID(1))
    #expect(queue.first == nil)
  }

  @Test func `equal deadlines come up in the order of the children`() {
    var queue = DeadlineQueue()
    for number in [5, 3, 9, 1] as [UInt32] {
      queue.set(Instant(nanoseconds: 10), for: ChildID(number))
    }
    var order: [UInt32] = []
    while let id = queue.popDue(at: Instant(nanoseconds: 10)) { order.append(id.number) }
    #expect(order == [1, 3, 5, 9])
  }
}

struct SupervisorTests {
  @Test func `the spawns of all children share one budget`() {
    var settings = SupervisionSettings()
    settings.daemonBudget = BudgetPolicy(burst: 2, period: .seconds(1))
    var machine = SupervisorMachine(settings: settings, seed: 1)
    let now = Instant(nanoseconds: 1_000_000_000_000)
    var spawns = 0
    for number in 0..<5 as Range<UInt32> {
      let id = ChildID(number)
      _ = machine.register(id, Registration(), at: now)
      _ = machine.handle(.inboxObserved(InboxObservation(pending: 1)), for: id, at: now)
      if machine.state(of: id)?.name == .starting { spawns += 1 }
    }
    #expect(spawns == 2)
    #expect(machine.nextDeadline == now + .seconds(1))
  }

  @Test func `a child with a process is not forgotten`() {
    var scenario = Scenario.running()
    let forgetsRunning = scenario.machine.forget(scenario.child)
    #expect(!forgetsRunning)
    scenario = Scenario.inState(.backoff)
    let forgetsWaiting = scenario.machine.forget(scenario.child)
    #expect(forgetsWaiting)
    #expect(scenario.machine.nextDeadline == nil)
  }

  @Test func `events of unknown children are dropped`() {
    var machine = SupervisorMachine(settings: SupervisionSettings(), seed: 1)
    #expect(machine.handle(.consumerAttached, for: ChildID(9), at: Instant(nanoseconds: 1)) == [])
  }

  @Test func `narrower settings are applied to what was collected before`() {
    var scenario = Scenario.inState(.backoff)
    scenario.crashes(times: 5)
    var settings = SupervisionSettings()
    settings.crashLimit = 2
    settings.backoff.cap = .seconds(1)
    let effects = scenario.machine.apply(settings)
    let fitted = scenario.machine.durable(of: scenario.child)
    #expect(effects == fitted.map { [.persist(scenario.child, $0, .soon)] })
    #expect(scenario.machine.brokenInvariant(of: scenario.child) == nil)
  }

  @Test func `the same seed and history give the same decisions`() {
    #expect(Scenario.inState(.parked).state == Scenario.inState(.parked).state)
  }

  @Test func `every clause belongs to a rule`() {
    #expect(Clause.allCases.allSatisfy { (1...15).contains($0.rule) })
  }
}
