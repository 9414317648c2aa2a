import Testing

@testable import SupervisionCore

struct PoisonTests {
  private func aside(_ effects: [Effect]) -> MessageKey? {
    for case .setAside(_, let key, _) in effects { return key }
    return nil
  }

  private func crash(_ scenario: inout Scenario, _ status: ExitStatus = .signaled(11)) -> [Effect] {
    scenario.startsAgain()
    let effects = scenario.tell(.exited(scenario.run, status, leftovers: false))
    return effects + scenario.answer()
  }

  @Test func `the third crash with the same first message sets it aside`() {
    var scenario = Scenario()
    scenario.messageWaits(7)
    scenario.runs()
    #expect(aside(crash(&scenario)) == nil)
    #expect(aside(crash(&scenario)) == nil)
    #expect(aside(crash(&scenario)) == MessageKey(7))
  }

  @Test func `another first message starts the count afresh`() {
    var scenario = Scenario()
    scenario.messageWaits(7)
    scenario.runs()
    _ = crash(&scenario)
    _ = crash(&scenario)
    scenario.inbox.first = MessageKey(8)
    #expect(aside(crash(&scenario)) == nil)
  }

  @Test func `a program that cannot be started sets nothing aside`() {
    var scenario = Scenario()
    scenario.messageWaits(7)
    var effects: [Effect] = []
    for _ in 0..<8 {
      effects += scenario.tell(.spawnFailed(scenario.run, .program)) + scenario.answer()
      guard case .backoff(let until) = scenario.state else { break }
      scenario.now = until
      _ = scenario.machine.expire(at: until)
      scenario.answer()
    }
    #expect(aside(effects) == nil)
    #expect(scenario.name == .parked)
  }

  @Test func `after a message is set aside the inbox is read before the next run`() {
    var scenario = Scenario()
    scenario.messageWaits(7)
    scenario.runs()
    _ = crash(&scenario)
    _ = crash(&scenario)
    scenario.startsAgain()
    scenario.tell(.exited(scenario.run, .signaled(11), leftovers: false))
    scenario.answer()
    #expect(scenario.name == .resting)
    scenario.inbox.pending = 0
    scenario.inbox.first = nil
    #expect(!scenario.answer().spawns)
    #expect(scenario.machine.nextDeadline == nil)
  }
}
