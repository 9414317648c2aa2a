import Testing

@testable import SupervisionCore
@testable import SupervisionSimulator

/// The checker must be able to fail: each test shows it a history that is wrong in one way.
struct CheckerTests {
  private let child = ChildID(0)
  private let start = Instant(nanoseconds: 1_000_000_000_000)

  private func checker() -> SafetyChecker {
    SafetyChecker(children: 1, settings: SupervisionSettings())
  }

  private func wanted() -> SafetyChecker {
    var checker = checker()
    checker.told(.consumerAttached, 0, at: start)
    return checker
  }

  private func record(
    _ from: ChildState.Name, _ to: ChildState.Name, _ clause: Clause, at instant: Instant
  ) -> Effect {
    .record(
      Decision(
        child: child, at: instant, from: from, to: to, clause: clause, incarnation: nil, exit: nil,
        consumers: 0, pending: 0, failures: 0, delay: .zero, next: nil))
  }

  @Test func `a history without fault passes`() {
    var checker = wanted()
    checker.performing(.spawn(child, Incarnation(1)), ChildFacts(), at: start)
    #expect(checker.violation == nil)
  }

  @Test func `a spawn beside a live run is found`() {
    var checker = wanted()
    var facts = ChildFacts()
    facts.hasOwnProcess = true
    checker.performing(.spawn(child, Incarnation(1)), facts, at: start)
    #expect(checker.violation?.invariant == .oneIncarnation)
  }

  @Test func `a spawn that nobody wants is found`() {
    var checker = checker()
    checker.performing(.spawn(child, Incarnation(1)), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .demand)
  }

  @Test func `a spawn after the last consumer left is found`() {
    var checker = wanted()
    checker.told(.consumerDetached, 0, at: start)
    checker.performing(.spawn(child, Incarnation(1)), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .demand)
  }

  @Test func `a spawn with a tombstone is found`() {
    var checker = wanted()
    var facts = ChildFacts()
    facts.hasTombstone = true
    checker.performing(.spawn(child, Incarnation(1)), facts, at: start)
    #expect(checker.violation?.invariant == .quietAfterArchive)
  }

  @Test func `a spawn after a stop is found`() {
    var checker = wanted()
    checker.told(.stopRequested, 0, at: start)
    checker.performing(.spawn(child, Incarnation(1)), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .quietAfterStop)
  }

  @Test func `a spawn during a shutdown is found`() {
    var checker = wanted()
    checker.shutDown()
    checker.performing(.spawn(child, Incarnation(1)), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .quietAtShutdown)
  }

  @Test func `a spawn without an open task is found`() {
    var checker = wanted()
    checker.told(.taskVanished, 0, at: start)
    checker.performing(.spawn(child, Incarnation(1)), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .task)
  }

  @Test func `a number that is used twice is found, also after a restart`() {
    var checker = wanted()
    checker.performing(.spawn(child, Incarnation(7)), ChildFacts(), at: start)
    checker.booted(clockJumped: false)
    checker.told(.consumerAttached, 0, at: start)
    checker.performing(.spawn(child, Incarnation(7)), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .numbering)
  }

  @Test func `a spawn at the heels of a failed run is found`() {
    var checker = wanted()
    checker.ranBadly(0, at: start)
    let soon = start + .milliseconds(100)
    checker.performing(.spawn(child, Incarnation(1)), ChildFacts(), at: soon)
    #expect(checker.violation?.invariant == .delay)
  }

  @Test func `more spawns than the budget allows are found`() {
    var checker = wanted()
    for number in 1...30 {
      checker.performing(.spawn(child, Incarnation(UInt64(number))), ChildFacts(), at: start)
    }
    #expect(checker.violation?.invariant == .childBudget)
  }

  @Test func `more failed runs than parking allows are found`() {
    var checker = wanted()
    for second in 0..<20 { checker.ranBadly(0, at: start + .seconds(Int64(second) * 20)) }
    #expect(checker.violation?.invariant == .crashBound)
  }

  @Test func `a message that is set aside after two failed runs is found`() {
    var checker = wanted()
    let message = MessageKey(1)
    checker.told(.inboxObserved(InboxObservation(pending: 1, first: message)), 0, at: start)
    checker.performing(record(.resting, .stopping, .crashed, at: start), ChildFacts(), at: start)
    checker.performing(record(.stopping, .resting, .crashed, at: start), ChildFacts(), at: start)
    checker.performing(.setAside(child, message, failures: 3), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .order)
  }

  @Test func `a message that is set aside before an older one is found`() {
    var checker = wanted()
    var facts = ChildFacts()
    facts.firstPending = MessageKey(1)
    checker.performing(.setAside(child, MessageKey(2), failures: 3), facts, at: start)
    #expect(checker.violation?.invariant == .order)
  }

  @Test func `a tombstone that nobody asked to remove is found`() {
    var checker = checker()
    checker.performing(.exhume(child), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .tombstone)
  }

  @Test func `an archive that is called done without a tombstone is found`() {
    var checker = checker()
    checker.performing(.settleArchive(child, .none), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .tombstone)
  }

  @Test func `a process that lives after an acknowledged archive is found`() {
    var checker = checker()
    var facts = ChildFacts()
    facts.hasTombstone = true
    checker.performing(.settleArchive(child, .terminated), facts, at: start)
    checker.performing(
      record(.resting, .archived, .archived, at: start), ChildFacts(), at: start)
    facts.hasOwnProcess = true
    checker.finishedTurn(0, state: .archived, facts)
    #expect(checker.violation?.invariant == .quietAfterArchive)
  }

  @Test func `a process that the supervisor lost sight of is found`() {
    var checker = checker()
    var facts = ChildFacts()
    facts.knownRun = Incarnation(3)
    checker.finishedTurn(0, state: .resting, facts)
    #expect(checker.violation?.invariant == .knownProcess)
  }

  @Test func `a kill without a polite signal before it is found`() {
    var checker = checker()
    checker.performing(.signal(child, Incarnation(1), .kill), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .courtesy)
  }

  @Test func `a stop that is carried out before it is written is found`() {
    var checker = checker()
    checker.told(.stopRequested, 0, at: start)
    checker.performing(.signal(child, Incarnation(1), .terminate), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .durability)
  }

  @Test func `a gap in the records is found`() {
    var checker = checker()
    checker.performing(record(.running, .stopping, .crashed, at: start), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .record)
  }

  @Test func `a change of state without a record is found`() {
    var checker = checker()
    checker.finishedTurn(0, state: .down, ChildFacts())
    #expect(checker.violation?.invariant == .record)
  }

  @Test func `a parking that ends without new demand is found`() {
    var checker = checker()
    checker.performing(record(.resting, .parked, .crashLoop, at: start), ChildFacts(), at: start)
    let later = start + .seconds(900)
    checker.performing(record(.parked, .resting, .parkedOver, at: later), ChildFacts(), at: later)
    #expect(checker.violation?.invariant == .parking)
  }

  @Test func `the first violation is the one that is kept`() {
    var checker = checker()
    checker.performing(.spawn(child, Incarnation(1)), ChildFacts(), at: start)
    checker.performing(.exhume(child), ChildFacts(), at: start)
    #expect(checker.violation?.invariant == .demand)
  }
}
