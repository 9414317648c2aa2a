import Testing

@testable import SupervisionCore

struct WatchdogTests {
  private let span = TimeSpan.seconds(30)

  private func watched(
    awaitsReadiness: Bool = false, _ settings: SupervisionSettings = SupervisionSettings()
  ) -> Scenario {
    var scenario = Scenario(settings: settings)
    scenario.tell(.consumerAttached)
    scenario.tell(.spawned(scenario.run, awaitsReadiness: awaitsReadiness, watchdog: span))
    return scenario
  }

  private func isListening(_ effects: [Effect]) -> Bool {
    effects.contains { if case .listen = $0 { true } else { false } }
  }

  /// The span and the moment beyond it pass in silence.
  private func silence(_ scenario: inout Scenario) -> [Effect] {
    scenario.pass(span)
    return scenario.pass(.seconds(1))
  }

  @Test func `a run that gives no sign of life is listened to, then aborted, then killed`() {
    var scenario = watched()
    #expect(scenario.pass(.milliseconds(29_999)).isEmpty)
    #expect(scenario.pass(.milliseconds(1)).isEmpty, "a moment is left to it")
    #expect(isListening(scenario.pass(.seconds(1))))
    let effects = scenario.tell(.heard(scenario.run))
    #expect(effects.signals == [.abort])
    #expect(effects.clauses == [.watchdogTimeout])
    #expect(scenario.name == .stopping)
    #expect(scenario.pass(.seconds(5)).signals == [.kill])
  }

  @Test func `a run that hung counts as failed, however it ends`() {
    var scenario = watched()
    _ = silence(&scenario)
    scenario.tell(.heard(scenario.run))
    scenario.tell(.exited(scenario.run, .exited(0), leftovers: false))
    let effects = scenario.answer()
    #expect(effects.clauses.contains(.watchdogTimeout))
    #expect(scenario.machine.durable(of: scenario.child)?.crashes.count == 1)
    #expect(scenario.name == .backoff)
  }

  @Test func `a sign of life begins the span anew`() {
    var scenario = watched()
    for _ in 0..<10 {
      scenario.pass(.seconds(29))
      scenario.tell(.said(scenario.run, .alive))
    }
    #expect(scenario.name == .running)
    #expect(scenario.machine.nextDeadline == scenario.now + span)
  }

  @Test func `a sign that waited unread saves the run`() {
    var scenario = watched()
    #expect(isListening(silence(&scenario)))
    scenario.tell(.said(scenario.run, .alive))
    #expect(scenario.tell(.heard(scenario.run)).isEmpty)
    #expect(scenario.name == .running)
    #expect(scenario.machine.nextDeadline == scenario.now + span)
  }

  @Test func `a sign that was read just before the supervisor was stopped saves the run`() {
    var scenario = watched()
    _ = silence(&scenario)
    scenario.tell(.said(scenario.run, .alive))
    scenario.now = scenario.now + .seconds(3_600)
    #expect(scenario.tell(.heard(scenario.run)).signals.isEmpty)
    #expect(scenario.name == .running)
  }

  @Test func `a supervisor that was away judges nobody, and the next time it does`() {
    var scenario = watched()
    #expect(scenario.pass(.seconds(60)).isEmpty)
    #expect(scenario.machine.nextDeadline == scenario.now + span)
    _ = silence(&scenario)
    #expect(scenario.tell(.heard(scenario.run)).signals == [.abort])
  }

  @Test func `a supervisor that was away in the last moment judges nobody either`() {
    var scenario = watched()
    scenario.pass(span)
    #expect(scenario.pass(.seconds(30)).isEmpty)
    #expect(scenario.name == .running)
  }

  @Test func `the watchdog runs from readiness on, where that is announced`() {
    var scenario = watched(awaitsReadiness: true)
    scenario.pass(.seconds(50))
    #expect(scenario.name == .starting)
    scenario.tell(.ready(scenario.run))
    #expect(scenario.machine.nextDeadline == scenario.now + span)
  }

  @Test func `without a span no timer runs`() {
    let scenario = Scenario.running()
    #expect(scenario.machine.nextDeadline == nil)
  }

  @Test(arguments: [TimeSpan.zero, .infinity])
  func `a run may end its watchdog, and begin one`(_ none: TimeSpan) {
    var scenario = watched()
    scenario.tell(.said(scenario.run, .watchdog(none)))
    #expect(scenario.machine.nextDeadline == nil)
    scenario.tell(.said(scenario.run, .watchdog(.seconds(5))))
    #expect(scenario.machine.nextDeadline == scenario.now + .seconds(5))
  }

  @Test(arguments: [false, true])
  func `a run that says it is broken is aborted at once`(_ awaitsReadiness: Bool) {
    var scenario = watched(awaitsReadiness: awaitsReadiness)
    #expect(scenario.tell(.said(scenario.run, .broken)).signals == [.abort])
    scenario.ends(.signaled(6))
    #expect(scenario.machine.durable(of: scenario.child)?.crashes.count == 1)
  }

  @Test func `a process that is not ours has no watchdog`() {
    var scenario = Scenario(Registration(hasHolder: true))
    scenario.tell(.consumerAttached)
    scenario.tell(.said(scenario.run, .watchdog(.seconds(5))))
    #expect(scenario.tell(.said(scenario.run, .broken)).isEmpty)
    #expect(scenario.machine.nextDeadline == nil)
  }

  @Test func `the idle timeout goes on beside the watchdog`() {
    var scenario = watched()
    scenario.tell(.consumerDetached)
    let end = scenario.now + .seconds(300)
    while scenario.name == .running, scenario.now < end {
      scenario.pass(.seconds(20))
      scenario.tell(.said(scenario.run, .alive))
    }
    #expect(scenario.answer().clauses == [.idleTimeout])
  }

  @Test func `an operator's stop during the abort is an end that was asked for`() {
    var scenario = watched()
    _ = silence(&scenario)
    scenario.tell(.heard(scenario.run))
    #expect(scenario.tell(.stopRequested).signals.isEmpty)
    scenario.ends(.signaled(6))
    #expect(scenario.name == .down)
  }
}
