import Testing

@testable import SupervisionCore
@testable import SupervisionSimulator

/// The checker's account of outages must be able to fail.
struct OutageCheckerTests {
  /// The testing library has one of its own.
  private typealias ExitStatus = SupervisionCore.ExitStatus

  private let start = Instant(nanoseconds: 1_000_000_000_000)
  private let later = Instant(nanoseconds: 1_000_000_000_000) + .seconds(20)

  private func record(
    _ child: Int, _ from: ChildState.Name, _ to: ChildState.Name, _ clause: Clause,
    _ exit: ExitStatus? = nil, at instant: Instant
  ) -> Effect {
    .record(
      Decision(
        child: ChildID(UInt32(child)), at: instant, from: from, to: to, clause: clause,
        incarnation: nil, exit: exit, consumers: 1, pending: 0, failures: 0, delay: .zero,
        next: nil))
  }

  private func begin(_ child: Int, run: UInt64, at now: Instant, _ checker: inout SafetyChecker) {
    let id = ChildID(UInt32(child))
    let run = Incarnation(run)
    checker.performing(.spawn(id, run), ChildFacts(), at: now)
    checker.performing(
      record(child, .resting, .starting, .consumerWaits, at: now), ChildFacts(), at: now)
    checker.told(.spawned(run, awaitsReadiness: false, program: ProgramID(1)), child, at: now)
    checker.performing(record(child, .starting, .running, .spawned, at: now), ChildFacts(), at: now)
  }

  private func fail(_ child: Int, isLast: Bool, _ checker: inout SafetyChecker) {
    let exit = ExitStatus.exited(75)
    let facts = ChildFacts()
    checker.performing(
      record(child, .running, .stopping, .exitAsked, exit, at: start), facts, at: start)
    if isLast {
      checker.performing(
        record(child, .stopping, .stopping, .outageBegan, exit, at: start), facts, at: start)
    }
    checker.performing(
      record(child, .stopping, .resting, .crashed, exit, at: start), facts, at: start)
  }

  /// Five children that have failed alike.
  private func outage(isNoted: Bool = true) -> SafetyChecker {
    var checker = SafetyChecker(children: 5, settings: SupervisionSettings())
    for child in 0..<5 {
      checker.told(.consumerAttached, child, at: start)
      begin(child, run: 1, at: start, &checker)
      fail(child, isLast: isNoted && child == 4, &checker)
    }
    return checker
  }

  @Test func `an outage in which one tries after the delay passes`() {
    var checker = outage()
    begin(2, run: 2, at: later, &checker)
    #expect(checker.violation == nil)
  }

  @Test func `an outage that nobody noticed is found`() {
    #expect(outage(isNoted: false).violation?.invariant == .outage)
  }

  @Test func `a start before the delay is found`() {
    var checker = outage()
    begin(2, run: 2, at: start + .seconds(1), &checker)
    #expect(checker.violation?.invariant == .outage)
  }

  @Test func `a start beside one that tries is found`() {
    var checker = outage()
    begin(2, run: 2, at: later, &checker)
    begin(3, run: 2, at: later + .seconds(1), &checker)
    #expect(checker.violation?.invariant == .outage)
  }

  @Test func `an end of the outage that no answer has shown is found`() {
    var checker = outage()
    begin(2, run: 2, at: later, &checker)
    let effect = record(2, .running, .running, .outageOver, at: later)
    checker.performing(effect, ChildFacts(), at: later)
    #expect(checker.violation?.invariant == .outage)
  }

  /// The dispatcher dies, and the next one reads that all of them wait.
  private func rebooted(failedAt failure: Instant, at now: Instant) -> SafetyChecker {
    var checker = outage()
    checker.booted(clockJumped: false)
    for child in 0..<5 {
      let durable = DurableState(
        isDown: false, reservedIncarnation: Incarnation(1), crashes: [failure],
        backoffDelay: .zero, parkedSince: nil, parkedNewest: nil, lastConsumer: nil,
        outage: FailureKind(.exited(75), of: ProgramID(1)))
      checker.registered(child, isTaskOpen: true, durable, at: now)
      checker.told(.consumerAttached, child, at: now)
    }
    return checker
  }

  @Test func `a try of the next dispatcher after the delay passes`() {
    var checker = rebooted(failedAt: start, at: later)
    let effect = record(0, .resting, .resting, .outageBegan, .exited(75), at: later)
    checker.performing(effect, ChildFacts(), at: later)
    begin(2, run: 2, at: later, &checker)
    #expect(checker.violation == nil)
  }

  @Test func `a start too early of the next dispatcher is found`() {
    var checker = rebooted(failedAt: start, at: start + .seconds(1))
    begin(2, run: 2, at: start + .seconds(2), &checker)
    #expect(checker.violation?.invariant == .outage)
  }

  @Test func `starts of all at once by the next dispatcher are found`() {
    var checker = rebooted(failedAt: start, at: later)
    begin(2, run: 2, at: later, &checker)
    begin(3, run: 2, at: later, &checker)
    #expect(checker.violation?.invariant == .outage)
  }

  @Test func `what was an outage long ago holds nobody up`() {
    let now = start + .seconds(3_060)
    var checker = rebooted(failedAt: start, at: now)
    begin(2, run: 2, at: now, &checker)
    begin(3, run: 2, at: now, &checker)
    #expect(checker.violation == nil)
    let effect = record(4, .resting, .resting, .outageBegan, .exited(75), at: now)
    checker.performing(effect, ChildFacts(), at: now)
    #expect(checker.violation?.invariant == .outage, "nobody may go on with it")
  }

  private func wait(_ child: Int, until next: Instant) -> Effect {
    .record(
      Decision(
        child: ChildID(UInt32(child)), at: start, from: .resting, to: .backoff, clause: .outage,
        incarnation: nil, exit: nil, consumers: 1, pending: 0, failures: 0, delay: .zero,
        next: next))
  }

  @Test func `one that waits and of whom the disk does not know it is found`() {
    var checker = outage()
    checker.performing(wait(2, until: later), ChildFacts(), at: start)
    checker.finishedTurn(2, state: .backoff(until: later), ChildFacts())
    #expect(checker.violation?.invariant == .outage)
    checker = outage()
    var facts = ChildFacts()
    facts.outageWritten = FailureKind(.exited(75), of: ProgramID(1))
    checker.performing(wait(2, until: later), facts, at: start)
    checker.finishedTurn(2, state: .backoff(until: later), facts)
    #expect(checker.violation == nil)
  }

  @Test func `one that waits for longer than it takes is found`() {
    var checker = outage()
    checker.performing(wait(2, until: start + .seconds(700)), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .outage)
  }
}
