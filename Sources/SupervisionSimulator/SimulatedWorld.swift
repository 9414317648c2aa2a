internal import SupervisionCore

/// A machine's worth of processes, files and people around the real supervisor, on a virtual clock.
///
/// One schedule decides all of it: the same schedule gives the same history, event by event.
struct SimulatedWorld {
  let schedule: Schedule
  var settings: SupervisionSettings
  /// Of children that have some of their own.
  var times: [ChildID: ChildTimes] = [:]
  var machine: SupervisorMachine
  var children: [SimulatedChild]
  var queue = EventQueue()
  var now = Instant(nanoseconds: 3_600_000_000_000)
  var dice: Dice
  var checker: SafetyChecker
  var coverage = Coverage()
  var trace: Trace?
  /// Every decision that a log would have, in order, if asked for.
  var decisions: [Decision]?
  private var laterViolation: Violation?
  /// After each turn another program goes on from the state as this one gives it back; nil: none does.
  var passesOn: ((SupervisorSnapshot, Instant) -> SupervisorSnapshot?)?

  // The dispatcher.
  var boot = 0
  var isUp = false
  /// Effects until it dies; nil for never.
  var effectsLeft: Int?
  var isBootPlanned = false
  /// On the disk: a run of any child may have a number up to this one.
  var sharedReservation = Incarnation(0)
  /// The same as this dispatcher found it: it takes these numbers for used, whatever the records say.
  var sharedNumbersUsed = Incarnation(0)

  // Misfortune.
  /// Faults have ceased: whatever runs behaves, and nothing new goes wrong.
  var isCalm = false
  var notBefore = Instant(nanoseconds: 0)
  /// The dispatcher does nothing before this.
  var deafUntil = Instant(nanoseconds: 0)
  var wallOffset = TimeSpan.zero
  var wallAtBoot = TimeSpan.zero
  var failingTombstones = 0
  var failingWrites = 0
  /// How long a sync takes.
  var slowDisk = TimeSpan.zero
  /// Planted, to see that it is found.
  var fault: DiskFault?
  /// How every run behaves, where that is not drawn.
  var behaviour: Behaviour?
  var runs = 0
  var events = 0

  init(_ schedule: Schedule, tracing: Bool = false) {
    self.schedule = schedule
    settings = schedule.tuning.settings
    machine = SupervisorMachine(settings: settings, seed: schedule.seed)
    children = Array(repeating: SimulatedChild(), count: schedule.children)
    dice = Dice(seed: ~schedule.seed)
    checker = SafetyChecker(children: schedule.children, settings: settings)
    if tracing { trace = Trace() }
  }

  var violation: Violation? { checker.violation ?? laterViolation }

  mutating func report(_ violation: Violation) {
    if laterViolation == nil { laterViolation = violation }
  }

  /// The whole schedule, then calm, then nobody: the first violation, or nil.
  mutating func run() -> Violation? {
    let end = planSteps()
    queue.add(.boot, at: now)
    isBootPlanned = true
    // A handler that always fails is tried again for ever, if ever more seldom.
    settle(until: end + .seconds(1_800), within: 20_000)
    calmDown()
    settle(within: 4_000)
    if violation == nil { checkServed() }
    leave()
    settle(within: 4_000)
    if violation == nil { checkSilence() }
    return violation
  }

  /// When the last step is due.
  private mutating func planSteps() -> Instant {
    var at = now
    for (index, step) in schedule.steps.enumerated() {
      at = at + TimeSpan(nanoseconds: max(0, step.after) &* 1_000)
      queue.add(.step(index), at: at)
    }
    return at
  }

  /// Runs until nothing more will happen by itself, or nothing before that instant.
  mutating func settle(
    until end: Instant = Instant(nanoseconds: .max), within limit: Int
  ) {
    var count = 0
    while violation == nil, !isQuiet, advance(until: end) {
      count += 1
      if count == limit {
        report(Violation(.settles, child: 0, "after \(limit) events something still happens"))
      }
    }
  }

  /// The next thing happens; false when there is none until then.
  private mutating func advance(until end: Instant) -> Bool {
    let deadline = isUp ? machine.nextDeadline.map { max($0, deafUntil) } : nil
    let first = queue.first
    if let deadline, deadline < first ?? Instant(nanoseconds: .max) {
      guard deadline <= end else { return false }
      expire(at: deadline)
      return true
    }
    guard let first, first <= end, let next = queue.removeFirst() else { return false }
    now = max(now, first, notBefore)
    happen(next)
    return true
  }

  private mutating func happen(_ kind: Occurrence.Kind) {
    switch kind {
    case .step(let index): perform(schedule.steps[index].action)
    case .deliver(let child, let event, let boot):
      if isUp, boot == self.boot { tell(event, child) }
    case .answerObservation(let child, let boot):
      if isUp, boot == self.boot { tell(.inboxObserved(children[child].inbox.observation), child) }
    case .process(let child, let run, let step): take(step, child, run: run)
    case .sync(let child, let boot):
      if isUp, boot == self.boot { sync(child) }
    case .boot: bootDispatcher()
    }
  }

  private mutating func expire(at deadline: Instant) {
    now = max(now, deadline, notBefore)
    events += 1
    trace?.add("deadline", at: now)
    for child in children.indices {
      let id = ChildID(UInt32(child))
      guard let due = machine.deadline(of: id), due <= now else { continue }
      if let state = machine.state(of: id) { coverage.saw(.deadline, in: state) }
    }
    let effects = machine.expire(at: now)
    perform(effects)
    finishTurn()
  }

  /// The supervisor takes in one event.
  mutating func tell(_ event: ChildEvent, _ child: Int) {
    let id = ChildID(UInt32(child))
    events += 1
    trace?.add("\(id): \(event)", at: now)
    if let state = machine.state(of: id) { coverage.saw(event, in: state) }
    checker.told(event, child, at: now)
    noteEnd(event, child)
    perform(machine.handle(event, for: id, at: now))
    finishTurn(of: child)
  }

  /// Of a turn in which one child was told something, or all.
  mutating func finishTurn(of told: Int? = nil) {
    guard isUp else { return }
    for child in children.indices { checkTurn(child) }
    if let told { checkMachine(told) } else { children.indices.forEach { checkMachine($0) } }
    upgrade()
  }

  /// Nothing is passed on while the dispatcher ends.
  private mutating func upgrade() {
    guard let passesOn, !machine.isShuttingDown else { return }
    guard let snapshot = passesOn(machine.snapshot, now) else {
      return report(Violation(.upgrade, child: 0, "what was written cannot be read"))
    }
    let next = SupervisorMachine(snapshot)
    if let (own, other) = machine.plan.firstDifference(to: next.plan) {
      report(Violation(.upgrade, child: 0, "it would do \(other) instead of \(own)"))
    }
    machine = next
  }

  /// What is believed of a child, and what is true of it, which others may have changed.
  private mutating func checkTurn(_ child: Int) {
    guard let state = machine.state(of: ChildID(UInt32(child))) else { return }
    checker.finishedTurn(child, state: state, facts(child))
  }

  /// What is so of a child until it is told something.
  private mutating func checkMachine(_ child: Int) {
    let id = ChildID(UInt32(child))
    if let broken = machine.brokenInvariant(of: id) {
      report(Violation(.machine, child: child, broken))
    }
    if let known = machine.durable(of: id) { checkDurable(child, known) }
  }

  /// What is on the disk is what a new dispatcher would have to know.
  private mutating func checkDurable(_ child: Int, _ present: DurableState) {
    var known = present
    // When somebody last listened is no reason to write.
    var written = children[child].record.refused ?? children[child].record.state
    known.lastConsumer = written.lastConsumer
    written.reservedIncarnation = max(written.reservedIncarnation, sharedNumbersUsed)
    if known != written {
      report(Violation(.durability, child: child, "\(written) instead of \(known)"))
    }
  }

  func facts(_ child: Int) -> ChildFacts {
    var facts = ChildFacts()
    facts.hasTombstone = children[child].hasTombstone
    facts.isDownWritten = children[child].record.state.isDown
    facts.outageWritten = children[child].record.state.outage
    facts.reserved = reserved(child)
    facts.isRefused = children[child].record.refused != nil
    facts.firstPending = children[child].inbox.first
    facts.newestMessage = children[child].inbox.newest
    if let run = children[child].liveRun { facts.add(run) }
    return facts
  }
}

extension ChildFacts {
  fileprivate mutating func add(_ run: SimulatedRun) {
    knownRun = run.incarnation
    watchdog = run.watchdog
    lastSign = run.watchdog > .zero && run.isOwn ? run.lastSign : nil
    saidBroken = run.saidBroken
    hasUnheardEnd = !run.isLeaderAlive && !run.isEndHeard
    hasOwnProcess = run.isOwn
    hasUnknownForeigner = run.incarnation == nil && run.isForeign
  }
}
