import Testing

@testable import SupervisionCore

struct ParkingTests {
  @Test func `eight crashes in ten minutes park, seven do not`() {
    var scenario = Scenario.running()
    scenario.crashes(times: 7)
    #expect(scenario.name == .backoff)
    scenario.crashes()
    #expect(scenario.name == .parked)
  }

  @Test func `crashes that are older than the window do not count`() {
    var scenario = Scenario.running()
    scenario.crashes(times: 7)
    scenario.startsAgain()
    scenario.pass(.seconds(601))
    scenario.ends(.exited(1))
    #expect(scenario.name == .backoff)
  }

  @Test func `the consumer that was there all along does not end the parking`() {
    var scenario = Scenario.inState(.parked)
    scenario.pass(.seconds(100_000))
    #expect(scenario.name == .parked)
    #expect(scenario.machine.nextDeadline == nil)
  }

  @Test func `a new consumer ends the parking when the cap delay has passed`() {
    var scenario = Scenario.inState(.parked)
    scenario.tell(.consumerAttached)
    scenario.pass(.seconds(299))
    #expect(scenario.name == .parked)
    scenario.pass(.seconds(1))
    scenario.answer()
    #expect(scenario.name == .starting)
  }

  @Test func `a new consumer that leaves again does not`() {
    var scenario = Scenario.inState(.parked)
    scenario.tell(.consumerDetached)
    scenario.tell(.consumerAttached)
    scenario.tell(.consumerDetached)
    #expect(scenario.machine.nextDeadline == nil)
  }

  @Test func `a new message ends the parking, an old one does not`() {
    var scenario = Scenario()
    scenario.messageWaits(1)
    scenario.runs()
    for _ in 0..<8 {
      scenario.inbox.first = MessageKey(scenario.inbox.first.map { $0.value + 100 } ?? 1)
      scenario.crashes()
    }
    #expect(scenario.name == .parked)
    scenario.pass(.seconds(400))
    scenario.tell(.inboxTouched)
    scenario.answer()
    #expect(scenario.name == .parked)
    scenario.messageWaits(2)
    #expect(scenario.name == .starting)
  }

  @Test func `a reset ends the parking at once, and is written down as ended`() {
    var scenario = Scenario.inState(.parked)
    let effects = scenario.tell(.resetRequested) + scenario.answer()
    #expect(scenario.name == .starting)
    #expect(effects.persisted.last?.parkedSince == nil)
    #expect(effects.persisted.last?.crashes == [])
  }

  @Test func `a restart of the supervisor keeps the crash history and the parking`() throws {
    let before = Scenario.inState(.parked)
    let durable = try #require(before.machine.durable(of: before.child))
    var after = Scenario(Registration(durable: durable))
    #expect(after.name == .parked)
    after.tell(.resetRequested)
    after = Scenario(Registration(durable: durable))
    #expect(after.machine.durable(of: after.child)?.crashes.count == 8)
  }

  @Test func `a restart between crashes does not start the count afresh`() throws {
    var scenario = Scenario.running()
    scenario.crashes(times: 7)
    let durable = try #require(scenario.machine.durable(of: scenario.child))
    var after = Scenario(Registration(durable: durable))
    after.now = scenario.now
    after.tell(.consumerAttached)
    after.crashes()
    #expect(after.name == .parked)
  }

  @Test func `a task that closes while the eighth crash settles is archived, not parked`() {
    var scenario = Scenario.running()
    scenario.crashes(times: 7)
    scenario.startsAgain()
    scenario.tell(.exited(scenario.run, .exited(1), leftovers: false))
    scenario.tell(.taskClosed)
    scenario.answer()
    #expect(scenario.name == .archived)
  }
}
