import Testing

@testable import SupervisionCore

struct LifeTests {
  @Test func `registration starts nothing that nobody wants`() {
    let scenario = Scenario()
    #expect(scenario.name == .resting)
    #expect(scenario.machine.nextDeadline == nil)
  }

  @Test func `a waiting message starts a run`() {
    var scenario = Scenario()
    scenario.messageWaits(1)
    #expect(scenario.name == .starting)
  }

  @Test func `a run without demand ends after the idle timeout, and that is no crash`() {
    var scenario = Scenario.running()
    scenario.tell(.consumerDetached)
    scenario.pass(.seconds(299))
    #expect(scenario.name == .running)
    scenario.pass(.seconds(1))
    #expect(scenario.answer().signals == [.terminate])
    scenario.ends(.signaled(15))
    #expect(scenario.name == .resting)
    #expect(scenario.delay == .zero)
    #expect(scenario.machine.nextDeadline == nil)
  }

  @Test func `a message found at the idle deadline keeps the run alive`() {
    var scenario = Scenario.running()
    scenario.tell(.consumerDetached)
    scenario.pass(.seconds(300))
    scenario.inbox.pending = 1
    scenario.answer()
    #expect(scenario.name == .running)
  }

  @Test func `an idle timeout of zero does not look in a tight circle`() throws {
    var settings = SupervisionSettings()
    settings.idleTimeout = .zero
    var scenario = Scenario(settings: settings)
    scenario.messageWaits(1)
    scenario.runs()
    scenario.answer()
    let next = try #require(scenario.machine.nextDeadline)
    #expect(next >= scenario.now + .seconds(1))
  }

  @Test func `stop and kill timeouts of zero come to an end`() {
    var settings = SupervisionSettings()
    settings.stopTimeout = .zero
    settings.killTimeout = .zero
    var scenario = Scenario.running(settings)
    scenario.tell(.stopRequested)
    scenario.pass(.zero)
    scenario.pass(.zero)
    #expect((scenario.machine.nextDeadline ?? scenario.now) > scenario.now)
  }

  @Test func `a message that arrives while the last run ends is served by the next`() {
    var scenario = Scenario.running()
    scenario.tell(.consumerDetached)
    scenario.tell(.restartRequested)
    scenario.tell(.inboxTouched)
    scenario.inbox.pending = 1
    scenario.tell(.exited(scenario.run, .exited(0), leftovers: false))
    #expect(scenario.answer().spawns)
  }

  @Test func `a message that arrives while an older answer is on its way is served`() {
    var scenario = Scenario()
    scenario.tell(.inboxTouched)
    scenario.tell(.inboxTouched)
    let effects = scenario.answer()
    #expect(effects.contains(.observeInbox(scenario.child)))
    scenario.inbox.pending = 1
    #expect(scenario.answer().spawns)
  }

  @Test func `leftovers of a run are stopped before the next run`() {
    var scenario = Scenario.running()
    let effects = scenario.tell(.exited(scenario.run, .exited(1), leftovers: true))
    #expect(effects.signals == [.terminate])
    scenario.answer()
    #expect(scenario.name == .stopping)
    #expect(scenario.pass(.seconds(10)).signals == [.kill])
    scenario.tell(.emptied(scenario.run))
    scenario.answer()
    #expect(scenario.name == .backoff)
  }

  @Test func `a stop before the process exists is carried out when it does`() {
    var scenario = Scenario.inState(.starting)
    #expect(scenario.tell(.stopRequested).signals == [])
    let effects = scenario.tell(.spawned(scenario.run, awaitsReadiness: true))
    #expect(effects.signals == [.terminate])
    scenario.ends(.signaled(15))
    #expect(scenario.name == .down)
  }

  @Test func `a stop before the process exists ends when it never comes to exist`() {
    var scenario = Scenario.inState(.starting)
    scenario.tell(.stopRequested)
    scenario.tell(.spawnFailed(scenario.run, .program))
    scenario.answer()
    #expect(scenario.name == .down)
  }

  @Test func `a run that is never ready is stopped, and that is a failed run`() {
    var scenario = Scenario.inState(.starting)
    scenario.tell(.spawned(scenario.run, awaitsReadiness: true))
    #expect(scenario.pass(.seconds(60)).signals == [.terminate])
    scenario.ends(.signaled(15))
    #expect(scenario.name == .backoff)
  }

  @Test func `a holder of the lock is adopted, and no timer tries again`() {
    var scenario = Scenario.inState(.starting)
    scenario.tell(.holderFound)
    guard case .running(let run) = scenario.state else {
      Issue.record("\(scenario.state)")
      return
    }
    #expect(run.process == .external)
    #expect(scenario.machine.nextDeadline == nil)
    scenario.tell(.exited(scenario.run, .unknown, leftovers: false))
    #expect(scenario.answer().spawns)
    #expect(scenario.delay == .zero)
  }

  @Test func `a run that ended unwatched is judged by its status, as any other`() {
    var scenario = Scenario(Registration(hasEnded: true))
    scenario.messageWaits(1)
    #expect(scenario.state.incarnation != nil)
    scenario.ends(.exited(42))
    #expect(scenario.name == .backoff)
    #expect(scenario.machine.durable(of: scenario.child)?.crashes.count == 1)
  }

  @Test func `one that ended well unwatched did what it was there for, as far as anybody knows`() {
    var scenario = Scenario(Registration(hasEnded: true))
    scenario.messageWaits(1)
    scenario.ends(.exited(0))
    #expect(scenario.name == .starting)
    #expect(scenario.delay == .zero)
  }

  @Test func `of one whose end nobody knows nothing is held against it`() {
    var scenario = Scenario(Registration(hasEnded: true))
    scenario.ends(.unknown)
    #expect(scenario.name == .resting)
    #expect(scenario.machine.durable(of: scenario.child)?.crashes == [])
  }

  @Test func `one that ended unwatched is not asked to end, however late its end is told`() {
    var scenario = Scenario(Registration(hasEnded: true))
    #expect(scenario.pass(.seconds(3600)).isEmpty)
    #expect(scenario.answer().signals == [])
    scenario.ends(.signaled(11))
    #expect(scenario.machine.durable(of: scenario.child)?.crashes.count == 1)
  }

  @Test func `what it left is asked to end, and killed when it does not`() {
    var scenario = Scenario(Registration(hasEnded: true))
    let effects = scenario.tell(.exited(scenario.run, .exited(3), leftovers: true))
    #expect(effects.signals == [.terminate])
    #expect(effects.clauses == [.leftovers])
    #expect(scenario.pass(SupervisionSettings().stopTimeout).signals == [.kill])
  }

  @Test func `one of which only the end is known, and not how, is held against nobody`() {
    var scenario = Scenario(Registration(hasEnded: true))
    scenario.tell(.emptied(scenario.run))
    scenario.answer()
    #expect(scenario.name == .resting)
    #expect(scenario.machine.durable(of: scenario.child)?.crashes == [])
  }

  @Test func `an own run whose end was not seen counts as failed`() {
    var scenario = Scenario.running()
    scenario.tell(.emptied(scenario.run))
    scenario.answer()
    #expect(scenario.name == .backoff)
  }

  @Test func `a stop holds through every kind of demand, and a start ends it`() {
    var scenario = Scenario.inState(.down)
    scenario.tell(.consumerAttached)
    scenario.messageWaits(1)
    #expect(scenario.name == .down)
    scenario.tell(.startRequested)
    #expect(scenario.answer().spawns)
  }

  @Test func `numbers of runs go on after a restart of the supervisor`() throws {
    let before = Scenario.running()
    let durable = try #require(before.machine.durable(of: before.child))
    var after = Scenario(Registration(durable: durable))
    after.tell(.consumerAttached)
    #expect(after.run > before.run)
  }

  @Test func `spawns stay within the budget`() {
    var settings = SupervisionSettings()
    settings.childBudget = BudgetPolicy(burst: 3, period: .seconds(3))
    var scenario = Scenario(settings: settings)
    scenario.tell(.consumerAttached)
    for _ in 0..<2 {
      scenario.runs()
      scenario.tell(.restartRequested)
      scenario.ends(.signaled(15))
    }
    scenario.runs()
    scenario.tell(.restartRequested)
    scenario.ends(.signaled(15))
    guard case .backoff(let until) = scenario.state else {
      Issue.record("\(scenario.state)")
      return
    }
    #expect(until == scenario.now + .seconds(3))
  }

  @Test(arguments: ChildState.Name.allCases)
  func `a shutdown leaves nothing running and no timer, from every state`(
    _ name: ChildState.Name
  ) {
    var scenario = Scenario.inState(name)
    _ = scenario.machine.shutDown(at: scenario.now)
    if case .stopping(let stop) = scenario.state {
      if stop.run.process == .requested {
        scenario.tell(.spawned(scenario.run, awaitsReadiness: false))
      }
      scenario.ends(.signaled(15))
    }
    scenario.tell(.consumerAttached)
    scenario.messageWaits(1)
    #expect(scenario.state.incarnation == nil)
    #expect(scenario.name != .parked || scenario.pass(.seconds(900)).isEmpty == false)
    scenario.answer()
    #expect(scenario.state.incarnation == nil)
  }

  @Test func `each step of a stop that is not obeyed is on record`() {
    var scenario = Scenario.running()
    #expect(scenario.tell(.stopRequested).clauses == [.operatorStop])
    #expect(scenario.pass(.seconds(10)).clauses == [.stopTimeout])
    #expect(scenario.pass(.seconds(5)).clauses == [.survived])
  }
}
