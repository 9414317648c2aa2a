import Testing

@testable import SupervisionCore

/// Many children whose runs fail alike.
@Suite struct OutageTests {
  @Test func `a dead endpoint with a thousand children costs few starts`() {
    var crowd = Crowd(1_000)
    crowd.failure = .exited(75)
    crowd.pass(.seconds(3_600))
    // Each has started once; then one at a time tries, after 10 s, 20 s, and so on.
    #expect((1_000...1_030).contains(crowd.starts.count), "\(crowd.starts.count)")
    #expect(crowd.clauses.count { $0 == .outageBegan } == 1)
    #expect(!crowd.clauses.contains(.crashLoop))
    let tries = crowd.starts.dropFirst(1_000).map(\.at)
    for (earlier, later) in zip(tries, tries.dropFirst()) {
      #expect(later - earlier >= .seconds(10))
    }
  }

  @Test func `a try that answers releases the others, spread over time`() throws {
    var crowd = Crowd(200)
    crowd.failure = .exited(75)
    crowd.pass(.seconds(120))
    let before = crowd.starts.count
    crowd.failure = nil
    crowd.answers = true
    crowd.pass(.seconds(600))
    #expect(crowd.children.allSatisfy { crowd.isLive($0) })
    #expect(crowd.clauses.count { $0 == .outageOver } == 1)
    let later = crowd.starts.dropFirst(before).map(\.at)
    #expect(later.count == 200)
    let first = try #require(later.first)
    #expect(later.dropFirst().allSatisfy { $0 - first >= .seconds(10) })
    #expect(later.allSatisfy { $0 - first <= .seconds(110) })
    let seconds = Dictionary(grouping: later, by: { $0.nanoseconds / 1_000_000_000 })
    #expect(seconds.values.allSatisfy { $0.count <= 40 }, "\(seconds.mapValues(\.count))")
  }

  @Test func `four that fail alike, and many that fail each in another way, are no outage`() {
    var few = Crowd(4)
    few.failure = .exited(1)
    few.pass(.seconds(60))
    #expect(!few.clauses.contains(.outageBegan))
    var many = Crowd(20)
    for child in many.children { many.end(child, .exited(Int32(child.number))) }
    many.pass(.seconds(1))
    #expect(!many.clauses.contains(.outageBegan))
    #expect(many.children.allSatisfy { many.isLive($0) })
  }

  @Test func `failures that lie further apart than the window are no outage`() {
    var crowd = Crowd(10)
    for child in crowd.children {
      crowd.end(child, .exited(1))
      crowd.pass(.seconds(16))
    }
    #expect(!crowd.clauses.contains(.outageBegan))
  }

  @Test func `children that run something else are no part of it`() {
    var crowd = Crowd(10) { ProgramID($0.number.isMultiple(of: 3) ? 2 : 1) }
    for child in crowd.children { crowd.end(child, .exited(1)) }
    #expect(crowd.clauses.count { $0 == .outageBegan } == 1)
    crowd.pass(.seconds(2))
    for child in crowd.children {
      #expect(crowd.isLive(child) == child.number.isMultiple(of: 3), "\(child)")
    }
  }

  @Test(arguments: [ExitStatus.signaled(9), .signaled(15), .unknown])
  func `whoever is killed starts again at once, however many there are`(_ status: ExitStatus) {
    var crowd = Crowd(100)
    for child in crowd.children { crowd.end(child, status) }
    crowd.pass(.seconds(2))
    #expect(crowd.children.allSatisfy { crowd.isLive($0) })
  }

  @Test(arguments: [ExitStatus.signaled(11), .signaled(6), .exited(0)])
  func `faults of a program, and ends without any use, are counted together`(_ status: ExitStatus) {
    var crowd = Crowd(20)
    for child in crowd.children { crowd.end(child, status) }
    crowd.pass(.seconds(2))
    #expect(!crowd.children.contains { crowd.isLive($0) })
  }

  @Test func `who lasts with a message in hand has shown nothing`() throws {
    var crowd = Crowd(10)
    crowd.failure = .exited(75)
    crowd.pass(.seconds(5))
    crowd.failure = nil
    crowd.pass(.seconds(250))
    #expect(crowd.children.count { crowd.isLive($0) } == 1)
    #expect(!crowd.clauses.contains(.outageOver))
    // It is waited for as long as for the longest delay, and then another one tries as well.
    crowd.pass(.seconds(200))
    #expect(crowd.children.count { crowd.isLive($0) } == 2)
  }

  @Test func `who has nothing to answer has shown it by lasting`() {
    var crowd = Crowd(10, messages: 0)
    crowd.failure = .exited(1)
    crowd.pass(.seconds(5))
    crowd.failure = nil
    crowd.pass(.seconds(50))
    #expect(!crowd.clauses.contains(.outageOver))
    crowd.pass(.seconds(100))
    #expect(crowd.clauses.contains(.outageOver))
    #expect(crowd.children.allSatisfy { crowd.isLive($0) })
  }

  @Test func `who is reset tries at once, and for all`() {
    var crowd = Crowd(6)
    for child in crowd.children { crowd.end(child, .exited(1)) }
    crowd.pass(.seconds(2))
    crowd.answers = true
    crowd.tell(.resetRequested, crowd.children[2])
    #expect(crowd.isLive(crowd.children[2]))
    #expect(!crowd.isLive(crowd.children[1]))
    crowd.pass(.seconds(120))
    #expect(crowd.children.allSatisfy { crowd.isLive($0) })
  }

  @Test func `who gets another program has nothing to wait for`() {
    var crowd = Crowd(6)
    for child in crowd.children { crowd.end(child, .exited(1)) }
    crowd.pass(.seconds(2))
    crowd.tell(.restartRequested, crowd.children[2])
    #expect(crowd.isLive(crowd.children[2]))
    // It shows nothing for the others, who run what failed.
    crowd.pass(.seconds(5))
    #expect(crowd.children.count { crowd.isLive($0) } == 1)
    #expect(!crowd.clauses.contains(.outageOver))
  }

  @Test(arguments: [ChildEvent.stopRequested, .archiveRequested(.purge, grace: nil), .taskClosed])
  func `when the one that tries is taken away, another one tries`(_ event: ChildEvent) throws {
    var crowd = Crowd(5)
    for child in crowd.children { crowd.end(child, .exited(1)) }
    crowd.pass(.seconds(30))
    let first = try #require(crowd.children.first { crowd.isLive($0) })
    #expect(crowd.children.count { crowd.isLive($0) } == 1)
    crowd.tell(event, first)
    crowd.tell(.tombstoned, first)
    crowd.end(first, .signaled(15))
    crowd.pass(.seconds(100))
    #expect(crowd.children.contains { $0 != first && crowd.isLive($0) })
  }

  @Test func `no message is set aside because of what all of them need`() {
    var crowd = Crowd(6)
    crowd.failure = .exited(75)
    crowd.pass(.seconds(7_200))
    #expect(crowd.starts.count > 3 * 6, "each has failed often enough for it")
    #expect(!crowd.clauses.contains(.poisonMessage))
  }

  @Test func `a third failure sets no message aside when it falls into an outage`() {
    var crowd = Crowd(5)
    let first = crowd.children[0]
    for _ in 1...2 {
      crowd.end(first, .exited(75))
      crowd.pass(.seconds(1))
    }
    for child in crowd.children.reversed() { crowd.end(child, .exited(75)) }
    #expect(crowd.clauses.contains(.outageBegan))
    #expect(!crowd.clauses.contains(.poisonMessage))
  }

  @Test func `a message that makes programs fault is at fault, whoever faults alike`() {
    var crowd = Crowd(6)
    crowd.failure = .signaled(11)
    crowd.pass(.seconds(7_200))
    #expect(crowd.clauses.contains(.outageBegan))
    #expect(crowd.clauses.count { $0 == .poisonMessage } >= 6)
  }

  @Test func `when it is over, a message is at fault after as many failures as ever`() {
    var crowd = Crowd(6)
    crowd.failure = .exited(75)
    crowd.pass(.seconds(600))
    crowd.failure = nil
    crowd.answers = true
    crowd.pass(.seconds(600))
    #expect(crowd.clauses.contains(.outageOver))
    let child = crowd.children[3]
    crowd.writes(to: child)
    for failures in 1...3 {
      #expect(!crowd.clauses.contains(.poisonMessage), "after \(failures - 1)")
      crowd.end(child, .exited(75))
      crowd.pass(.seconds(300))
    }
    #expect(crowd.clauses.contains(.poisonMessage))
  }

  @Test func `an outage takes no room for ever, and forgets no other one for a suspicion`() {
    var outages = Outages()
    let policy = OutagePolicy()
    let now = Instant(nanoseconds: 0)
    let real = FailureKind(.exited(75), of: ProgramID(1))
    for child in 1...5 as ClosedRange<UInt32> {
      _ = outages.noteFailure(real, of: ChildID(child), policy, at: now)
    }
    for number in 1...100 as ClosedRange<Int32> {
      let kind = FailureKind(.exited(number), of: ProgramID(2))
      _ = outages.noteFailure(kind, of: ChildID(9), policy, at: now)
    }
    #expect(outages.isOutage(real))
    #expect(outages.all.count <= 16)
    outages.prune(policy, at: now + .seconds(61))
    #expect(outages.all.map(\.kind) == [real])
  }
}

/// Children that people listen to and write to, on a clock that only moves when told to.
private struct Crowd {
  private(set) var machine: SupervisorMachine
  private(set) var now = Instant(nanoseconds: 1_000_000_000_000)
  let children: [ChildID]
  /// How each run ends as soon as it began; nil: it stays.
  var failure: ExitStatus?
  /// Whether a run that stays answers what waits.
  var answers = false
  private(set) var starts: [(child: ChildID, at: Instant)] = []
  private(set) var clauses: [Clause] = []
  private var inboxes: [ChildID: InboxObservation] = [:]
  private let program: (ChildID) -> ProgramID

  init(
    _ count: UInt32, messages: Int = 1,
    program: @escaping (ChildID) -> ProgramID = { _ in ProgramID(1) }
  ) {
    machine = SupervisorMachine(settings: SupervisionSettings(), seed: 7)
    self.program = program
    children = (1...count).map { ChildID($0) }
    for child in children {
      var inbox = InboxObservation()
      if messages > 0 {
        inbox.pending = messages
        inbox.newest = 1
        inbox.first = MessageKey(1)
      }
      inboxes[child] = inbox
      _ = machine.register(child, Registration(), at: now)
      tell(.inboxObserved(inbox), child)
      tell(.consumerAttached, child)
    }
  }

  mutating func tell(_ event: ChildEvent, _ child: ChildID) {
    take(machine.handle(event, for: child, at: now))
    #expect(machine.brokenInvariant(of: child) == nil)
  }

  /// Starts and inboxes are seen to at once.
  private mutating func take(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .spawn(let child, let run):
        starts.append((child, now))
        tell(.spawned(run, awaitsReadiness: false, program: program(child)), child)
        if answers, failure == nil { answer(child) }
      case .observeInbox(let child):
        tell(.inboxObserved(inboxes[child] ?? InboxObservation()), child)
      case .record(let decision): clauses.append(decision.clause)
      default: break
      }
    }
  }

  private mutating func answer(_ child: ChildID) {
    guard let inbox = inboxes[child], inbox.pending > 0 else { return }
    inboxes[child]?.pending = 0
    inboxes[child]?.first = nil
    inboxes[child]?.answered += 1
  }

  /// Somebody writes what no run answers.
  mutating func writes(to child: ChildID) {
    answers = false
    inboxes[child]?.pending = 1
    inboxes[child]?.newest = 2
    inboxes[child]?.first = MessageKey(2)
    tell(.inboxTouched, child)
  }

  mutating func end(_ child: ChildID, _ status: ExitStatus) {
    guard let run = machine.state(of: child)?.incarnation else { return }
    tell(.exited(run, status, leftovers: false), child)
  }

  func isLive(_ child: ChildID) -> Bool { machine.state(of: child)?.incarnation != nil }

  /// Lets time pass.
  mutating func pass(_ span: TimeSpan) {
    let end = now + span
    while true {
      if let failure { for child in children where isLive(child) { self.end(child, failure) } }
      guard let next = machine.nextDeadline, next <= end else { break }
      now = max(now, next)
      take(machine.expire(at: now))
    }
    now = end
  }
}
