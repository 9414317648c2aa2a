import Testing

@testable import SupervisionCore

/// A supervisor that was away when a time ran out, and one that is always late.
struct LatenessTests {
  private func starting() -> Scenario {
    var scenario = Scenario()
    scenario.tell(.consumerAttached)
    scenario.tell(.spawned(scenario.run, awaitsReadiness: true))
    return scenario
  }

  private func stopping() -> Scenario {
    var scenario = Scenario.running()
    scenario.tell(.restartRequested)
    return scenario
  }

  @Test func `a start that ran out while nobody was awake begins its time anew`() {
    var scenario = starting()
    #expect(scenario.pass(.seconds(90)).isEmpty)
    #expect(scenario.name == .starting)
    #expect(scenario.machine.nextDeadline == scenario.now + .seconds(60))
    scenario.tell(.ready(scenario.run))
    #expect(scenario.name == .running)
  }

  @Test func `a run that is not ready in the time that it was given again is ended`() {
    var scenario = starting()
    scenario.pass(.seconds(90))
    #expect(scenario.pass(.milliseconds(59_999)).isEmpty)
    #expect(scenario.pass(.milliseconds(1)).clauses == [.startTimeout])
  }

  @Test(arguments: [0, 1, 999, 1_000])
  func `a loop that is busy is no excuse`(milliseconds: Int64) {
    var scenario = starting()
    #expect(scenario.pass(.milliseconds(60_000 + milliseconds)).clauses == [.startTimeout])
    #expect(scenario.pass(.milliseconds(10_000 + milliseconds)).clauses == [.stopTimeout])
  }

  @Test func `a stop that ran out while nobody was awake begins its time anew`() {
    var scenario = stopping()
    #expect(scenario.pass(.seconds(40)).isEmpty)
    #expect(scenario.machine.nextDeadline == scenario.now + .seconds(10))
    #expect(scenario.pass(.seconds(10)).signals == [.kill])
    #expect(scenario.pass(.seconds(35)).isEmpty, "SIGKILL takes a processor too")
    #expect(scenario.pass(.seconds(5)).clauses == [.survived])
  }

  @Test func `a run that hung gets as long again as what hangs gets`() {
    var scenario = Scenario()
    scenario.tell(.consumerAttached)
    scenario.tell(.spawned(scenario.run, awaitsReadiness: false, watchdog: .seconds(30)))
    scenario.tell(.said(scenario.run, .broken))
    #expect(scenario.pass(.seconds(20)).isEmpty)
    #expect(scenario.machine.nextDeadline == scenario.now + .seconds(5))
  }

  @Test func `a purge waits once, and with its own grace`() {
    var scenario = Scenario.running()
    scenario.tell(.archiveRequested(.purge, grace: .seconds(3)))
    scenario.tell(.tombstoned)
    #expect(scenario.pass(.seconds(40)).isEmpty)
    #expect(scenario.machine.nextDeadline == scenario.now + .seconds(3))
    #expect(scenario.pass(.seconds(40)).signals == [.kill])
  }

  @Test func `a supervisor that is always late gives up all the same`() {
    var (start, stop) = (starting(), stopping())
    var rounds = 0
    while start.name == .starting || stop.stopIsPolite {
      start.pass(.seconds(62))
      stop.pass(.seconds(12))
      rounds += 1
      guard rounds < 50 else { break }
    }
    #expect(rounds < 50, "five minutes beyond each of the two times are the most")
  }
}

extension Scenario {
  fileprivate var stopIsPolite: Bool {
    if case .stopping(let stop) = state, case .terminating = stop.phase { true } else { false }
  }
}
