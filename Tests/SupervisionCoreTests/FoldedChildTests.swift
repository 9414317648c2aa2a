import Testing

@testable import SupervisionCore

@Suite struct FoldedChildTests {
  private func child(_ scenario: Scenario) throws -> ChildMachine {
    try #require(scenario.machine.snapshot.children.first)
  }

  /// Somebody listened and was answered, and left.
  private func afterOrdinaryRun(_ registration: Registration = Registration()) -> Scenario {
    var scenario = Scenario(registration)
    scenario.tell(.consumerAttached)
    scenario.runs()
    scenario.messageAnswered()
    scenario.inbox.lastActivity = scenario.now
    scenario.pass(.seconds(10))
    scenario.tell(.consumerDetached)
    scenario.pass(.seconds(400))
    scenario.answer()
    scenario.ends(.signaled(15))
    return scenario
  }

  private var fromDisk: Registration {
    var durable = DurableState()
    durable.reservedIncarnation = Incarnation(4_711)
    durable.lastConsumer = Instant(nanoseconds: 1_234_567)
    return Registration(durable: durable, sharedReservation: Incarnation(5_000))
  }

  @Test func `a child that is not yet looked at is folded`() throws {
    var machine = SupervisorMachine(settings: SupervisionSettings(), seed: 1)
    let effects = machine.register(ChildID(1), fromDisk, at: Instant(nanoseconds: 9_999_999))
    #expect(effects == [.observeInbox(ChildID(1))])
    let child = try #require(machine.snapshot.children.first)
    #expect(child.isObserving)
    #expect(FoldedChild(child)?.unfolded == child)
  }

  @Test func `a child that rests after an ordinary run is folded`() throws {
    for registration in [Registration(), fromDisk] {
      let scenario = afterOrdinaryRun(registration)
      #expect(scenario.name == .resting)
      let child = try child(scenario)
      #expect(child.budget.fullAt != nil && child.demand.lastConsumer != nil)
      #expect(FoldedChild(child)?.unfolded == child)
    }
  }

  @Test func `a child that is down, buried, done or without a task is folded`() throws {
    var down = afterOrdinaryRun()
    down.tell(.stopRequested)
    var buried = down
    buried.tell(.tombstoned)
    var closed = afterOrdinaryRun(fromDisk)
    closed.tell(.taskClosed)
    var gone = afterOrdinaryRun()
    gone.tell(.taskVanished)
    gone.tell(.tombstoned)
    #expect([down, buried, closed, gone].map(\.name) == [.down, .archived, .archived, .archived])
    for scenario in [down, buried, closed, gone, Scenario.inState(.archived)] {
      let child = try child(scenario)
      #expect(FoldedChild(child)?.unfolded == child)
    }
  }

  @Test(arguments: [.starting, .running, .stopping, .backoff, .parked] as [ChildState.Name])
  func `what has a run or waits is not folded`(_ name: ChildState.Name) throws {
    #expect(FoldedChild(try child(Scenario.inState(name))) == nil)
  }

  @Test func `what cannot be said in a folded child is not folded`() throws {
    let plain = try child(afterOrdinaryRun())
    #expect(FoldedChild(plain) != nil)
    let changes: [(inout ChildMachine) -> Void] = [
      { $0.demand.consumers = 1 },
      { $0.demand.inbox.pending = 1 },
      { $0.demand.inbox.first = MessageKey(1) },
      { $0.demand.inbox.newest = UInt64(UInt32.max) + 1 },
      { $0.demand.inbox.answered = .max },
      { $0.demand.last = Instant(nanoseconds: .min) },
      { $0.lastIncarnation = Incarnation(.max) },
      { $0.reservedIncarnation = $0.lastIncarnation.advanced(by: 40_000) },
      { $0.sharedReservation = Incarnation(1 << 40) },
      { $0.crashes = CrashHistory([Instant(nanoseconds: 1)]) },
      { $0.backoff = Backoff(delay: .seconds(1)) },
      { $0.written.reservedIncarnation = Incarnation(0) },
      { $0.written.isDown = true },
      { $0.holdUntil = Instant(nanoseconds: 1) },
      { $0.poison = ChildMachine.PoisonWatch(message: MessageKey(1), failures: 1) },
      { $0.lastFailure = FailureKind(.exited(1), of: ProgramID(1)) },
      { $0.isInOutage = true },
      { $0.burial = .requested(.purge) },
      { $0.burial = .lifting },
      { $0.archiveGrace = .seconds(1) },
    ]
    for (index, change) in changes.enumerated() {
      var child = plain
      change(&child)
      #expect(FoldedChild(child) == nil, "change \(index)")
    }
  }

  @Test func `children that are folded when they can be live as those that never are`() {
    for _ in 0..<60 {
      let seed = UInt64.random(in: .min ... .max)
      let folds = livesAlike(seed, steps: 100)
      // Before the first event all of them rest.
      #expect((folds ?? 0) >= 4, "seed \(seed)")
    }
  }

  /// How many children were seen folded; nil when one was not as if it had never been.
  private func livesAlike(_ seed: UInt64, steps: Int) -> Int? {
    var generator = SeededGenerator(seed: seed)
    var now = Instant(nanoseconds: 1_000_000_000_000)
    var machine = SupervisorMachine(settings: SupervisionSettings(), seed: seed, explains: false)
    for number in 1...5 as ClosedRange<UInt32> {
      _ = machine.register(ChildID(number), Registration(), at: now)
    }
    var plain = NeverFolded(machine.snapshot)
    var folds = 0
    for step in 0..<steps {
      now = now + .milliseconds(Int64.random(in: 0..<30_000, using: &generator))
      let id = ChildID(UInt32.random(in: 1...5, using: &generator))
      let run = machine.state(of: id)?.incarnation ?? Incarnation(0)
      // Most failures are forgiven, so that children rest.
      let events = EveryPairTests.events(run) + Array(repeating: .resetRequested, count: 5)
      guard let event = events.randomElement(using: &generator) else { return nil }
      let effects = machine.handle(event, for: id, at: now)
      guard effects == plain.handle(event, for: id, at: now),
        machine.snapshot.children == plain.children
      else {
        Issue.record("seed \(seed), step \(step): \(event) of \(id)")
        return nil
      }
      folds += plain.children.count { FoldedChild($0) != nil }
    }
    return folds
  }
}

/// Children as they would be if none was ever folded.
private struct NeverFolded {
  private(set) var children: [ChildMachine]
  private var snapshot: SupervisorSnapshot

  init(_ snapshot: SupervisorSnapshot) {
    children = snapshot.children
    self.snapshot = snapshot
  }

  mutating func handle(_ event: ChildEvent, for id: ChildID, at now: Instant) -> [Effect] {
    guard let index = children.firstIndex(where: { $0.id == id }) else { return [] }
    snapshot.outages.prune(snapshot.settings, at: now)
    var context = DecisionContext(
      now: now, settings: snapshot.settings, isShuttingDown: false, generator: snapshot.generator,
      daemonBudget: snapshot.daemonBudget, outages: snapshot.outages)
    children[index].handle(event, &context)
    let hasRun = children[index].conclude(&context).hasRun
    snapshot.generator = context.generator
    snapshot.daemonBudget = context.daemonBudget
    snapshot.outages = context.outages
    if !hasRun { snapshot.outages.noteAbsence(of: id, at: now) }
    return context.effects
  }
}
