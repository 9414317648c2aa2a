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
    outages.prune(SupervisionSettings(), at: now + .seconds(61))
    #expect(outages.all.map(\.kind) == [real])
  }
}
