import Testing

@testable import SupervisionCore

struct AnnouncementTests {
  private func stopping() -> Scenario {
    var scenario = Scenario.running()
    scenario.tell(.stopRequested)
    return scenario
  }

  private func starting() -> Scenario {
    var scenario = Scenario()
    scenario.tell(.consumerAttached)
    scenario.tell(.spawned(scenario.run, awaitsReadiness: true))
    return scenario
  }

  // MARK: On its way out

  @Test func `a run that is leaving is not signalled before the stop timeout`() {
    var scenario = Scenario.running()
    let effects = scenario.tell(.said(scenario.run, .leaving))
    #expect(effects.signals.isEmpty)
    #expect(effects.clauses == [.leaving])
    #expect(scenario.pass(.milliseconds(9_999)).isEmpty)
    #expect(scenario.pass(.milliseconds(1)).signals == [.kill])
  }

  @Test(arguments: [(ExitStatus.exited(0), 1), (.exited(1), 1), (.signaled(9), 1)])
  func `the exit of a run that was leaving is judged like any other`(
    _ status: ExitStatus, _ failures: Int
  ) {
    var scenario = Scenario.running()
    scenario.tell(.said(scenario.run, .leaving))
    scenario.ends(status)
    #expect(scenario.machine.durable(of: scenario.child)?.crashes.count == failures)
  }

  @Test func `a run that answered and is leaving has not failed`() {
    var scenario = Scenario.running()
    scenario.messageAnswered()
    scenario.tell(.said(scenario.run, .leaving))
    scenario.ends(.exited(0))
    #expect(scenario.machine.durable(of: scenario.child)?.crashes == [])
    #expect(scenario.name == .starting, "the consumer is still there")
  }

  @Test func `whoever wants a leaving run to end asks it all the same`() {
    for request in [ChildEvent.stopRequested, .shutdownRequested, .tombstoned] {
      var scenario = Scenario.running()
      scenario.tell(.said(scenario.run, .leaving))
      #expect(scenario.tell(request).signals == [.terminate], "\(request)")
      #expect(scenario.tell(request).signals.isEmpty, "once")
    }
  }

  // MARK: More time

  @Test func `a start is put off, and ends at its limit however often it is put off`() {
    var scenario = starting()
    let limit = scenario.now + .seconds(60 + 300)
    #expect(scenario.tell(.said(scenario.run, .needsTime(.seconds(90)))).clauses == [.extended])
    #expect(scenario.machine.nextDeadline == scenario.now + .seconds(90))
    while scenario.name == .starting, scenario.now < limit + .seconds(60) {
      scenario.pass(.seconds(30))
      scenario.tell(.said(scenario.run, .needsTime(.seconds(60))))
    }
    #expect(scenario.now == limit)
  }

  @Test func `more time is never less`() {
    var scenario = starting()
    let due = scenario.machine.nextDeadline
    #expect(scenario.tell(.said(scenario.run, .needsTime(.seconds(1)))).isEmpty)
    #expect(scenario.tell(.said(scenario.run, .needsTime(.seconds(-9)))).isEmpty)
    #expect(scenario.machine.nextDeadline == due)
  }

  @Test func `a stop is put off by a limited time, and then comes SIGKILL`() {
    var scenario = stopping()
    let limit = scenario.now + .seconds(10 + 300)
    var killedAt: Instant?
    while killedAt == nil, scenario.now < limit + .seconds(60) {
      scenario.tell(.said(scenario.run, .needsTime(.infinity)))
      if scenario.pass(.seconds(5)).signals == [.kill] { killedAt = scenario.now }
    }
    #expect(killedAt == limit)
  }

  @Test func `a purge is not put off by what it ends`() {
    var scenario = Scenario.running()
    scenario.tell(.archiveRequested(.purge, grace: nil))
    scenario.tell(.tombstoned)
    let due = scenario.now + .seconds(10)
    #expect(scenario.tell(.said(scenario.run, .needsTime(.seconds(90)))).isEmpty)
    #expect(scenario.machine.nextDeadline == due)
  }

  @Test func `a stop that was put off is not when a purge comes`() {
    var scenario = stopping()
    scenario.tell(.said(scenario.run, .needsTime(.seconds(200))))
    scenario.tell(.archiveRequested(.purge, grace: .seconds(2)))
    #expect(scenario.tell(.said(scenario.run, .needsTime(.seconds(250)))).isEmpty)
    scenario.tell(.tombstoned)
    #expect(scenario.machine.nextDeadline == scenario.now + .seconds(2))
  }

  @Test func `a run that hung gets no more time`() {
    var scenario = Scenario.running()
    scenario.tell(.said(scenario.run, .broken))
    #expect(scenario.tell(.said(scenario.run, .needsTime(.seconds(90)))).isEmpty)
    #expect(scenario.pass(.seconds(5)).signals == [.kill])
  }

  @Test func `a stop with no extension left to give ends at its timeout`() {
    var settings = SupervisionSettings()
    settings.stopTimeout = .zero
    settings.extensionLimit = .zero
    var scenario = Scenario.running(settings)
    scenario.tell(.stopRequested)
    #expect(scenario.tell(.said(scenario.run, .needsTime(.seconds(90)))).isEmpty)
    #expect(scenario.pass(.zero).signals == [.kill])
  }

  @Test func `a run that asks for time again and again leaves one record`() {
    var scenario = stopping()
    var clauses: [Clause] = []
    for seconds in 20..<60 {
      clauses += scenario.tell(.said(scenario.run, .needsTime(.seconds(Int64(seconds))))).clauses
    }
    #expect(clauses == [.extended])
  }

  // MARK: Neither here nor there

  @Test func `what an earlier run says changes nothing`() {
    var scenario = Scenario.running()
    let before = scenario.state
    let old = Incarnation(0)
    for word in [Announcement.alive, .broken, .leaving, .needsTime(.seconds(9)), .watchdog(.zero)] {
      #expect(scenario.tell(.said(old, word)).isEmpty)
    }
    #expect(scenario.tell(.heard(old)).isEmpty)
    #expect(scenario.state == before)
  }

  @Test func `a run may say again that it is ready`() {
    var scenario = Scenario.running()
    let before = scenario.state
    #expect(scenario.tell(.ready(scenario.run)).isEmpty)
    #expect(scenario.state == before)
  }
}
