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
}
