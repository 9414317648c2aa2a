/// Supervises many children as one value: routes events, shares the spawn budget, knows the next
/// deadline.
///
/// It sees no clock, no process and no file.
public struct SupervisorMachine: Sendable {
  private var children = ChildTable()
  private var deadlines = DeadlineQueue()
  private var generator: SeededGenerator
  private var daemonBudget = SpawnBudget()
  private var outages = Outages()
  public private(set) var settings: SupervisionSettings
  private var times: [ChildID: ChildTimes] = [:]
  public private(set) var isShuttingDown = false
  /// How many children are in each state, by its ordinal.
  private var inState = Array(repeating: 0, count: ChildState.Name.allCases.count)

  /// Whether records carry what was decided from, without which no decision can be made again.
  private let explains: Bool

  /// `seed` decides the jitter.
  public init(settings: SupervisionSettings, seed: UInt64, explains: Bool = true) {
    self.settings = settings
    self.explains = explains
    generator = SeededGenerator(seed: seed)
  }

  /// Goes on where another one stood.
  package init(_ snapshot: SupervisorSnapshot) {
    settings = snapshot.settings
    explains = true
    times = snapshot.times
    generator = snapshot.generator
    daemonBudget = snapshot.daemonBudget
    outages = snapshot.outages
    for child in snapshot.children where !children.contains(child.id) {
      children.insert(child)
      inState[child.state.name.ordinal] += 1
      deadlines.set(deadline(of: child.id), for: child.id)
    }
  }

  /// What it knows, but for a shutdown that is under way.
  package var snapshot: SupervisorSnapshot {
    SupervisorSnapshot(
      children: children.all, settings: settings, times: times, generator: generator,
      daemonBudget: daemonBudget, outages: outages)
  }

  /// Takes in one event of one child.
  ///
  /// Events of unknown children are dropped.
  public mutating func handle(
    _ event: ChildEvent, for id: ChildID, at now: Instant
  ) -> [Effect] {
    guard children.contains(id) else { return [] }
    let before = explains ? children.read(id) { $0 } : nil
    return decide(id, at: now, because: { before.map { .event(event, $0) } }) {
      $0.handle(event, &$1)
    }
  }

  /// Begins to supervise a child, as its durable state left it.
  ///
  /// Known already: nothing happens.
  public mutating func register(
    _ id: ChildID, _ registration: Registration, at now: Instant
  ) -> [Effect] {
    guard !children.contains(id) else { return [] }
    let plausible = registration.plausible(settings(of: id), at: now)
    children.insert(ChildMachine(id, plausible, read: registration.durable))
    inState[ChildState.Name.resting.ordinal] += 1
    return decide(id, at: now, because: { .registered(id, registration) }) {
      $0.awaken(plausible, &$1)
    }
  }

  /// Forgets a child that has no process.
  ///
  /// One that has is kept.
  @discardableResult
  public mutating func forget(_ id: ChildID) -> Bool {
    guard let state = state(of: id), state.incarnation == nil else { return false }
    inState[state.name.ordinal] -= 1
    children.remove(id)
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
      let own = self.settings(of: id)
      let effect = children.change(id) { $0.fit(own) }
      deadlines.set(deadline(of: id), for: id)
      return effect ?? nil
    }
  }

  /// The numbers that count for a child.
  public func settings(of id: ChildID) -> SupervisionSettings {
    guard let own = times[id] else { return settings }
    return own.over(settings)
  }

  /// What would come of a child's deadline, with nothing changed by it.
  func effectsOfDeadline(of id: ChildID, at instant: Instant) -> [Effect] {
    guard var child = children.read(id, { $0 }) else { return [] }
    var context = context(of: id, at: instant)
    context.outages.prune(settings, at: instant)
    child.handle(.deadline, &context)
    return context.effects
  }

  private mutating func decide(
    _ id: ChildID, at now: Instant, because cause: () -> DecisionInputs.Cause?,
    _ body: (inout ChildMachine, inout DecisionContext) -> Void
  ) -> [Effect] {
    outages.prune(settings, at: now)
    var context = context(of: id, at: now)
    let change = children.change(id) { child in
      let before = child.state.name
      body(&child, &context)
      return (before, after: child.conclude(&context))
    }
    guard let (before, after) = change else { return [] }
    if explains, context.hasDecided, let cause = cause() {
      context.explain(
        by: DecisionInputs(
          cause, now: now, settings: context.settings, isShuttingDown: isShuttingDown,
          generator: generator, daemonBudget: daemonBudget, outages: outages))
    }
    generator = context.generator
    daemonBudget = context.daemonBudget
    outages = context.outages
    if !after.hasRun { outages.noteAbsence(of: id, at: now) }
    deadlines.set(after.deadline, for: id)
    recount(after.state, from: before)
    return context.effects
  }

  private func context(of id: ChildID, at now: Instant) -> DecisionContext {
    DecisionContext(
      now: now, settings: settings(of: id), isShuttingDown: isShuttingDown,
      generator: generator, daemonBudget: daemonBudget, outages: outages)
  }
}

extension SupervisorMachine {
  private mutating func recount(_ after: ChildState.Name, from before: ChildState.Name) {
    guard after != before else { return }
    inState[before.ordinal] -= 1
    inState[after.ordinal] += 1
  }

  /// The earliest instant at which `expire` has something to do; nil for never.
  public var nextDeadline: Instant? { deadlines.first }

  /// Which of the children that wait for it starts again next, and when; looks at all that are not folded.
  public var nextStart: (child: ChildID, at: Instant)? {
    var next: (child: ChildID, at: Instant)?
    for child in children.whole {
      guard case .backoff(let until) = child.state else { continue }
      if let present = next, (present.at, present.child) <= (until, child.id) { continue }
      next = (child.id, until)
    }
    return next
  }

  public var ids: [ChildID] { children.ids }

  public var count: Int { children.count }

  /// How many children are in a state.
  public func count(in state: ChildState.Name) -> Int { inState[state.ordinal] }

  /// The same for all states.
  public var counts: [ChildState.Name: Int] {
    Dictionary(uniqueKeysWithValues: ChildState.Name.allCases.map { ($0, count(in: $0)) })
  }

  public func state(of id: ChildID) -> ChildState? { children.state(of: id) }

  public func demand(of id: ChildID) -> Demand? { children.read(id) { $0.demand } }

  public func durable(of id: ChildID) -> DurableState? { children.read(id) { $0.durable } }

  public func deadline(of id: ChildID) -> Instant? {
    let own = settings(of: id)
    return children.read(id) { $0.deadline(own) } ?? nil
  }

  /// When something happens to a child without anybody's doing; nil for never.
  public func nextEvent(of id: ChildID) -> Instant? {
    let own = settings(of: id)
    return children.read(id) { $0.nextEvent(own) } ?? nil
  }

  /// A tombstone stands or is being written.
  public func isBuried(_ id: ChildID) -> Bool {
    children.read(id) { $0.burial != .none } ?? false
  }

  /// Children that have, or may have, a live process.
  public var liveIDs: [ChildID] {
    children.whole.filter { $0.state.incarnation != nil }.map(\.id).sorted()
  }

  /// Whether a child that waits does so because others failed like it.
  public func isInOutage(_ id: ChildID) -> Bool {
    let failure = children.read(id) { child -> FailureKind? in
      if case .backoff = child.state { child.lastFailure } else { nil }
    }
    return failure.flatMap { $0.map { outages.isOutage($0) } } ?? false
  }

  /// The first invariant that does not hold, in words; for tests and the simulator.
  public func brokenInvariant(of id: ChildID) -> String? {
    let own = settings(of: id)
    return children.read(id) { $0.brokenInvariant(own) } ?? nil
  }
}
