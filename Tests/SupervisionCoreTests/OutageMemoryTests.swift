import Testing

@testable import SupervisionCore

/// How long an outage is one, and who knows of it.
@Suite struct OutageMemoryTests {
  /// Longer than an outage is remembered.
  private let long = TimeSpan.seconds(3_060)

  @Test func `the next supervisor goes on with an outage, whenever the last one died`() {
    var crowd = Crowd(50)
    crowd.failure = .exited(75)
    crowd.pass(.seconds(1_800))
    let before = crowd.starts.count
    let began = crowd.now
    for pause in 0..<60 as Range<Int64> {
      crowd.isSupervisedAnew(after: .seconds(pause.quotientAndRemainder(dividingBy: 7).remainder))
      crowd.pass(.seconds(pause))
    }
    // Tries are ten seconds apart at the least.
    let most = (crowd.now - began).nanoseconds / 10_000_000_000 + 1
    #expect(crowd.starts.count - before <= Int(most), "\(crowd.starts.count - before), \(most)")
    #expect(crowd.starts.count > before)
    crowd.failure = nil
    crowd.answers = true
    crowd.pass(.seconds(600))
    #expect(crowd.children.allSatisfy { crowd.isLive($0) })
    #expect(crowd.written.values.allSatisfy { $0.outage == nil }, "all were of use since")
    crowd.isSupervisedAnew()
    #expect(crowd.machine.snapshot.outages.all.isEmpty)
  }

  @Test func `a supervisor that dies each second of an outage costs no more starts`() {
    var crowd = Crowd(20)
    crowd.failure = .exited(75)
    for _ in 1...300 {
      crowd.pass(.seconds(1))
      crowd.isSupervisedAnew()
    }
    #expect((20...20 + 35).contains(crowd.starts.count), "\(crowd.starts.count)")
    #expect(!crowd.clauses.contains(.poisonMessage))
  }

  @Test func `whoever dies when only one child has heard of it leaves that one waiting`() throws {
    var crowd = Crowd(5)
    for child in crowd.children { crowd.end(child, .exited(1)) }
    let known = crowd.written.filter { $0.value.outage != nil }
    #expect(known.count == 1, "the others hear of it when they want to start")
    crowd.isSupervisedAnew()
    #expect(crowd.clauses.count { $0 == .outageBegan } == 2)
    crowd.pass(.seconds(9))
    #expect(!crowd.isLive(try #require(known.first?.key)))
  }

  @Test func `an outage of long ago holds nobody up who is supervised anew`() {
    var crowd = Crowd(10)
    for child in crowd.children { crowd.end(child, .exited(1)) }
    crowd.pass(.seconds(5))
    #expect(crowd.written.values.allSatisfy { $0.outage != nil })
    crowd.isSupervisedAnew(after: long)
    #expect(crowd.clauses.count { $0 == .outageBegan } == 1)
    #expect(crowd.machine.snapshot.outages.all.isEmpty)
    #expect(crowd.children.allSatisfy { crowd.isLive($0) })
    #expect(crowd.written.values.allSatisfy { $0.outage == nil })
  }

  @Test func `what is written of an outage and cannot be true holds nobody up for ever`() {
    let kind = FailureKind(.exited(1), of: ProgramID(1))
    var state = DurableState()
    state.outage = kind
    var machine = SupervisorMachine(settings: SupervisionSettings(), seed: 1)
    let now = Instant(nanoseconds: 5)
    _ = machine.register(ChildID(1), Registration(durable: state), at: now)
    #expect(machine.snapshot.outages.all.isEmpty, "it never failed")
    state.crashes = [Instant(nanoseconds: .max)]
    _ = machine.register(ChildID(2), Registration(durable: state), at: now)
    #expect(
      machine.snapshot.outages.all == [
        Outage(kind, phase: .waiting(since: now, until: now + .seconds(10), delay: .seconds(10)))
      ])
  }

  @Test(
    arguments: [
      [.archiveRequested(.purge, grace: nil), .tombstoned], [.taskClosed], [.stopRequested],
      [.restartRequested],
    ] as [[ChildEvent]])
  func `an outage that nobody waits for is forgotten`(_ events: [ChildEvent]) {
    var crowd = Crowd(6)
    for child in crowd.children { crowd.end(child, .exited(1)) }
    for child in crowd.children { for event in events { crowd.tell(event, child) } }
    #expect(crowd.machine.snapshot.outages.all.count == 1)
    crowd.pass(long)
    crowd.tell(.inboxTouched, crowd.children[0])
    #expect(crowd.machine.snapshot.outages.all.isEmpty)
  }

  @Test func `so is one whose children are wanted by nobody`() {
    var crowd = Crowd(6)
    for child in crowd.children { crowd.end(child, .exited(1)) }
    crowd.isLeftAlone()
    crowd.pass(long)
    crowd.tell(.inboxTouched, crowd.children[0])
    #expect(crowd.machine.snapshot.outages.all.isEmpty)
  }

  @Test func `a shorter back-off counts for an outage that has begun`() {
    var crowd = Crowd(6)
    crowd.failure = .exited(1)
    crowd.pass(.seconds(3_600))
    var settings = crowd.machine.settings
    settings.backoff.cap = .seconds(20)
    crowd.retune(settings)
    crowd.pass(.seconds(600))
    let before = crowd.starts.count
    crowd.pass(.seconds(600))
    // With the longer one it would be two or three.
    #expect(crowd.starts.count - before >= 6, "\(crowd.starts.count - before)")
  }

  @Test func `an outage that somebody waits for lasts as long as they fail`() {
    var crowd = Crowd(6)
    crowd.failure = .exited(1)
    crowd.pass(long.scaled(by: 10))
    #expect(crowd.clauses.count { $0 == .outageBegan } == 1)
    #expect(crowd.machine.snapshot.outages.all.count == 1)
  }
}
