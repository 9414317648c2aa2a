import SupervisionCore
import Testing

@testable import SupervisionSimulator

struct ScheduleTests {
  @Test func `ten thousand random schedules break nothing`() {
    for seed in 1...10_000 as ClosedRange<UInt64> {
      if let failure = Simulation.check(seed: seed) {
        Issue.record(
          "seed \(seed): \(failure.violation.invariant.rawValue)\n\(failure.schedule.description)")
        return
      }
    }
  }

  @Test func `the same seed gives the same history`() {
    for seed in 1...200 as ClosedRange<UInt64> {
      let schedule = Schedule(drawnFrom: seed)
      #expect(schedule == Schedule(drawnFrom: seed))
      let first = Simulation.run(schedule, tracing: true).history
      #expect(first == Simulation.run(schedule, tracing: true).history, "seed \(seed)")
    }
  }

  @Test func `random schedules reach every clause`() {
    var coverage = Coverage()
    for seed in 1...5_000 as ClosedRange<UInt64> {
      coverage.merge(Simulation.run(Schedule(drawnFrom: seed)).coverage)
    }
    #expect(coverage.missedClauses.isEmpty)
    #expect(coverage.pairCount > 170)
  }

  @Test func `a schedule is cut down to what breaks it`() {
    let steps = Schedule(drawnFrom: 42).steps
    let needless = Schedule(seed: 42, children: 3, steps: steps)
    #expect(needless.shrunk(keeping: .silence).steps.count == steps.count)
  }

  @Test func `a schedule prints as the Swift that makes it`() {
    var schedule = Schedule(
      seed: 9, children: 2, steps: [Step(5, .send(1, poison: true)), Step(0, .purge)])
    schedule.faults.unkillable = 7
    schedule.tuning.crashLimit = 3
    #expect(
      schedule.description == """
        var schedule = Schedule(seed: 9, children: 2, steps: [
          Step(5, .send(1, poison: true)),
          Step(0, .purge),
        ])
        schedule.faults.unkillable = 7
        schedule.tuning.crashLimit = 3
        """)
  }

  @Test func `events that are due at once come in the order in which they were queued`() {
    var queue = EventQueue()
    let now = Instant(nanoseconds: 5)
    for index in 0..<50 { queue.add(.step(index), at: now) }
    queue.add(.boot, at: Instant(nanoseconds: 1))
    var order: [Int] = []
    while let next = queue.removeFirst() {
      if case .step(let index) = next { order.append(index) }
    }
    #expect(order == Array(0..<50))
  }
}
