import Testing

@testable import SupervisionCore

struct BackoffTests {
  @Test func `the delay doubles from 200 ms to 300 s`() {
    var backoff = Backoff()
    var delays: [TimeSpan] = []
    for _ in 0..<13 {
      backoff.grow(BackoffPolicy())
      delays.append(backoff.delay)
    }
    let doubled = (0..<11).map { TimeSpan.milliseconds(200 << Int64($0)) }
    #expect(delays == doubled + [.seconds(300), .seconds(300)])
  }

  @Test func `the jitter is at most a fifth and never above the cap`() {
    let policy = BackoffPolicy()
    #expect(Backoff(delay: .seconds(10)).wait(policy, unit: -1) == .seconds(8))
    #expect(Backoff(delay: .seconds(10)).wait(policy, unit: 1) == .seconds(12))
    #expect(Backoff(delay: .seconds(300)).wait(policy, unit: 1) == .seconds(300))
  }

  @Test func `a short run does not ease the delay, however much it answered`() {
    var scenario = Scenario.running()
    scenario.crashes(times: 3)
    scenario.startsAgain()
    scenario.messageAnswered()
    scenario.pass(.seconds(59))
    scenario.ends(.exited(1))
    #expect(scenario.delay == .milliseconds(1_600))
  }

  @Test func `a long run that answered nothing does not ease the delay`() {
    var scenario = Scenario.running()
    scenario.crashes(times: 3)
    scenario.startsAgain()
    scenario.pass(.seconds(90))
    scenario.ends(.exited(1))
    #expect(scenario.delay == .milliseconds(1_600))
  }

  @Test(arguments: [ExitStatus.exited(1), .exited(0)])
  func `a long and useful run halves the delay, however it ends`(_ status: ExitStatus) {
    var scenario = Scenario.running()
    scenario.crashes(times: 3)
    scenario.startsAgain()
    scenario.messageAnswered()
    scenario.pass(.seconds(90))
    scenario.ends(status)
    #expect(scenario.delay == .milliseconds(400))
  }

  @Test func `the first crash after a long and useful run waits for the first delay`() {
    var scenario = Scenario.running()
    scenario.messageAnswered()
    scenario.pass(.seconds(90))
    scenario.ends(.signaled(11))
    #expect(scenario.delay == .milliseconds(200))
    #expect(scenario.name == .backoff)
  }

  @Test func `a run that ends well at once and answers nothing counts as failed`() {
    var scenario = Scenario.running()
    scenario.ends(.exited(0))
    #expect(scenario.name == .backoff)
  }

  @Test func `an interrupt, a restart and an idle end are no crashes`() {
    var scenario = Scenario.running()
    scenario.tell(.interruptRequested)
    scenario.ends(.signaled(2))
    scenario.runs()
    scenario.tell(.restartRequested)
    scenario.ends(.signaled(15))
    #expect(scenario.name == .starting)
    #expect(scenario.machine.durable(of: scenario.child)?.crashes == [])
  }

  @Test func `a want of resources delays and is no crash`() {
    var scenario = Scenario.inState(.starting)
    scenario.tell(.spawnFailed(scenario.run, .resources))
    #expect(scenario.name == .backoff)
    #expect(scenario.machine.durable(of: scenario.child)?.crashes == [])
  }

  @Test func `a bad clock or file never makes a delay longer than its cap`() {
    let future = Instant(nanoseconds: .max)
    let durable = DurableState(
      reservedIncarnation: Incarnation(.max), crashes: Array(repeating: future, count: 40),
      backoffDelay: TimeSpan(nanoseconds: .max), lastConsumer: future)
    var scenario = Scenario(Registration(durable: durable))
    scenario.tell(.consumerAttached)
    guard case .backoff(let until) = scenario.state else {
      Issue.record("\(scenario.state)")
      return
    }
    #expect(until <= scenario.now + .seconds(300))
    scenario.startsAgain()
    #expect(scenario.name == .running)
  }

  @Test func `arithmetic on time stays at its ends`() {
    let far = Instant(nanoseconds: .max)
    let early = Instant(nanoseconds: .min)
    #expect(far + .seconds(1) == far)
    #expect(early - TimeSpan.seconds(1) == early)
    #expect(far - early == TimeSpan(nanoseconds: .max))
    #expect(early - far == TimeSpan(nanoseconds: .min))
    #expect(TimeSpan.seconds(.max).nanoseconds == .max)
    #expect(TimeSpan.seconds(1).scaled(by: .infinity).nanoseconds == .max)
    #expect(TimeSpan.seconds(-1).scaled(by: .infinity).nanoseconds == .min)
    #expect(TimeSpan.seconds(1).scaled(by: .nan) == .zero)
  }
}
