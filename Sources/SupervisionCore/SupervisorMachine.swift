/// Supervises many children as one value: routes events, shares the spawn budget, knows the next
/// deadline.
///
/// It sees no clock, no process and no file.
public struct SupervisorMachine: Sendable {
  private var children: [ChildID: ChildMachine] = [:]
  private var deadlines = DeadlineQueue()
  private var generator: SeededGenerator
  private var daemonBudget = SpawnBudget()
  private var outages = Outages()
  public private(set) var settings: SupervisionSettings
  private var times: [ChildID: ChildTimes] = [:]
  public private(set) var isShuttingDown = false
  /// How many children are in each state.
  public private(set) var counts: [ChildState.Name: Int] = [:]

  /// `seed` decides the jitter.
  public init(settings: SupervisionSettings, seed: UInt64) {
    self.settings = settings
    generator = SeededGenerator(seed: seed)
  }

  /// Goes on where another one stood.
  package init(_ snapshot: SupervisorSnapshot) {
    settings = snapshot.settings
    times = snapshot.times
    generator = snapshot.generator
    daemonBudget = snapshot.daemonBudget
    outages = snapshot.outages
    for child in snapshot.children {
      children[child.id] = child
      counts[child.state.name, default: 0] += 1
      deadlines.set(deadline(of: child.id), for: child.id)
    }
  }

  /// What it knows, but for a shutdown that is under way.
  package var snapshot: SupervisorSnapshot {
    SupervisorSnapshot(
      children: ids.compactMap { children[$0] }, settings: settings, times: times,
      generator: generator, daemonBudget: daemonBudget, outages: outages)
  }

  /// Takes in one event of one child.
  ///
  /// Events of unknown children are dropped.
  public mutating func handle(
    _ event: ChildEvent, for id: ChildID, at now: Instant
  ) -> [Effect] {
    guard let before = children[id] else { return [] }
    return decide(id, .event(event, before), at: now) { $0.handle(event, &$1) }
  }

  /// Begins to supervise a child, as its durable state left it.
  ///
  /// Known already: nothing happens.
  public mutating func register(
    _ id: ChildID, _ registration: Registration, at now: Instant
  ) -> [Effect] {
    guard children[id] == nil else { return [] }
    let plausible = registration.plausible(settings(of: id), at: now)
    children[id] = ChildMachine(id, plausible, read: registration.durable)
    counts[.resting, default: 0] += 1
    return decide(id, .registered(id, registration), at: now) { $0.awaken(plausible, &$1) }
  }

  /// Forgets a child that has no process.
  ///
  /// One that has is kept.
  @discardableResult
  public mutating func forget(_ id: ChildID) -> Bool {
    guard let child = children[id], child.state.incarnation == nil else { return false }
    children[id] = nil
    counts[child.state.name, default: 1] -= 1
    deadlines.remove(id)
    return true
  }

  /// Tells every child whose deadline has come.
  public mutating func expire(at now: Instant) -> [Effect] {
    var effects: [Effect] = []
    while let id = deadlines.popDue(at: now) {
      effects += handle(.deadline, for: id, at: now)
    }
    return effects
  }

  /// Stops every child and starts none from here on.
  ///
  /// Rule 14 of shutdown: not a crash.
  public mutating func shutDown(at now: Instant) -> [Effect] {
    isShuttingDown = true
    return ids.flatMap { handle(.shutdownRequested, for: $0, at: now) }
  }

  /// Applies new numbers; children are decided about again with them.
  ///
  /// What a child collected and they do not allow is dropped, on the disk too.
  /// - Parameter times: of children, known by now or not, that have some of their own.
  public mutating func apply(
    _ settings: SupervisionSettings, times: [ChildID: ChildTimes] = [:]
  ) -> [Effect] {
    self.settings = settings
    self.times = times
    return ids.compactMap { id in
      let present = self.settings(of: id)
      let effect = children[id]?.fit(present)
      deadlines.set(deadline(of: id), for: id)
      return effect
    }
  }

  /// The numbers that count for a child.
  public func settings(of id: ChildID) -> SupervisionSettings {
    times[id]?.over(settings) ?? settings
  }

  /// What would come of a child's deadline, with nothing changed by it.
  func effectsOfDeadline(of id: ChildID, at instant: Instant) -> [Effect] {
    guard var child = children[id] else { return [] }
    var context = DecisionContext(
      now: instant, settings: settings(of: id), isShuttingDown: isShuttingDown,
      generator: generator, daemonBudget: daemonBudget, outages: outages, inputs: nil)
    context.outages.prune(settings.outage, at: instant)
    child.handle(.deadline, &context)
    return context.effects
  }

  private mutating func decide(
    _ id: ChildID, _ cause: DecisionInputs.Cause, at now: Instant,
    _ body: (inout ChildMachine, inout DecisionContext) -> Void
  ) -> [Effect] {
    guard let before = children[id]?.state.name else { return [] }
    outages.prune(settings.outage, at: now)
    var context = DecisionContext(
      DecisionInputs(
        cause, now: now, settings: settings(of: id), isShuttingDown: isShuttingDown,
        generator: generator, daemonBudget: daemonBudget, outages: outages))
    body(&children[id, default: ChildMachine(id, Registration(), read: DurableState())], &context)
    children[id]?.persistChanges(&context)
    generator = context.generator
    daemonBudget = context.daemonBudget
    outages = context.outages
    if children[id]?.state.incarnation == nil { outages.noteAbsence(of: id, at: now) }
    deadlines.set(deadline(of: id), for: id)
    count(id, from: before)
    return context.effects
  }
}

extension SupervisorMachine {
  private mutating func count(_ id: ChildID, from before: ChildState.Name) {
    guard let after = children[id]?.state.name, after != before else { return }
    counts[before, default: 1] -= 1
    counts[after, default: 0] += 1
  }

  /// The earliest instant at which `expire` has something to do; nil for never.
  public var nextDeadline: Instant? { deadlines.first }

  /// Which of the children that wait for it starts again next, and when; looks at all of them.
  public var nextStart: (child: ChildID, at: Instant)? {
    var next: (child: ChildID, at: Instant)?
    for child in children.values {
      guard case .backoff(let until) = child.state else { continue }
      if let present = next, (present.at, present.child) <= (until, child.id) { continue }
      next = (child.id, until)
    }
    return next
  }

  public var ids: [ChildID] { children.keys.sorted() }

  public var count: Int { children.count }

  public func state(of id: ChildID) -> ChildState? { children[id]?.state }

  public func demand(of id: ChildID) -> Demand? { children[id]?.demand }

  public func durable(of id: ChildID) -> DurableState? { children[id]?.durable }

  public func deadline(of id: ChildID) -> Instant? { children[id]?.deadline(settings(of: id)) }

  /// When something happens to a child without anybody's doing; nil for never.
  public func nextEvent(of id: ChildID) -> Instant? { children[id]?.nextEvent(settings(of: id)) }

  /// A tombstone stands or is being written.
  public func isBuried(_ id: ChildID) -> Bool { children[id].map { $0.burial != .none } ?? false }

  /// Children that have, or may have, a live process.
  public var liveIDs: [ChildID] {
    children.values.filter { $0.state.incarnation != nil }.map(\.id).sorted()
  }

  /// Whether a child that waits does so because others failed like it.
  public func isInOutage(_ id: ChildID) -> Bool {
    guard let child = children[id], case .backoff = child.state else { return false }
    return child.lastFailure.map { outages.isOutage($0) } ?? false
  }

  /// The first invariant that does not hold, in words; for tests and the simulator.
  public func brokenInvariant(of id: ChildID) -> String? {
    children[id]?.brokenInvariant(settings(of: id))
  }
}

/// What is known of a child when its supervision begins.
public struct Registration: Hashable, Sendable {
  public var durable: DurableState
  /// A tombstone stands.
  public var isTombstoned: Bool
  /// The work after the last process's end was done already.
  public var isSettled: Bool
  public var isTaskClosed: Bool
  /// A live process holds the lock.
  ///
  /// To be known before anything is decided: an archive that is rolled forward must not be called
  /// done while somebody lives.
  public var hasHolder: Bool
  /// The last run ended while nobody supervised, and is yet to be judged: its exit will be told.
  public var hasEnded: Bool

  public init(
    durable: DurableState = DurableState(), isTombstoned: Bool = false, isSettled: Bool = true,
    isTaskClosed: Bool = false, hasHolder: Bool = false, hasEnded: Bool = false
  ) {
    self.durable = durable
    self.isTombstoned = isTombstoned
    self.isSettled = isSettled
    self.isTaskClosed = isTaskClosed
    self.hasHolder = hasHolder
    self.hasEnded = hasEnded
  }

  /// There is a run of an earlier supervisor, dead or alive.
  var hasRun: Bool { hasHolder || hasEnded }

  /// With durable state that can be true now.
  func plausible(_ settings: SupervisionSettings, at now: Instant) -> Registration {
    var registration = self
    registration.durable = durable.plausible(settings, at: now)
    return registration
  }
}

extension ChildMachine {
  /// `read` is what the disk says, plausible or not.
  init(_ id: ChildID, _ registration: Registration, read: DurableState) {
    self.id = id
    let durable = registration.durable
    written = read
    isDown = durable.isDown
    lastIncarnation = durable.reservedIncarnation
    reservedIncarnation = durable.reservedIncarnation
    crashes = CrashHistory(durable.crashes)
    backoff = Backoff(delay: durable.backoffDelay)
    demand.lastConsumer = durable.lastConsumer
    burial = registration.isTombstoned ? .standing : .none
    isTaskClosed = registration.isTaskClosed
  }

  /// The first decision: boot spawns only what is demanded, and the inbox tells (rule 2).
  mutating func awaken(_ registration: Registration, _ context: inout DecisionContext) {
    holdAfterRestart(context)
    takeUp(registration, &context)
    guard registration.hasRun else { return }
    let clause: Clause = registration.hasHolder ? .adopted : .endedUnwatched
    adopt(newRun(at: context.now), because: clause, &context)
  }

  private mutating func takeUp(_ registration: Registration, _ context: inout DecisionContext) {
    if mustBeArchived {
      enter(.archived, because: .archived, &context)
      if burial == .standing && !registration.isSettled && !registration.hasRun {
        context.effects.append(.settleArchive(id, .none))
      }
    } else if isDown {
      enter(.down, because: .operatorStop, &context)
    } else if let since = registration.durable.parkedSince {
      let newest = registration.durable.parkedNewest ?? .max
      enter(.parked(Parking(since: since, newest: newest)), because: .crashLoop, &context)
      observe(&context)
    } else {
      observe(&context)
    }
  }

  /// The delay after the last failed run holds on across a restart.
  private mutating func holdAfterRestart(_ context: DecisionContext) {
    guard let last = crashes.instants.last, backoff.delay > .zero else { return }
    holdUntil = last + backoff.delay
  }
}
