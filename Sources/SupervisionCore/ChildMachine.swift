/// The life of one child: what happened goes in, what to do comes out.
///
/// Decisions are level-triggered: an event changes what is known, and what is known decides. So an
/// event that comes twice or late changes nothing, and a message that arrives in any step of an
/// exit is found by the look at the inbox that follows every exit.
package struct ChildMachine: Hashable, Sendable {
  package let id: ChildID
  package private(set) var state: ChildState = .resting
  package var demand = Demand()

  // What must survive; see `durable`.
  package var isDown: Bool
  package var lastIncarnation: Incarnation
  package var reservedIncarnation: Incarnation
  /// Up to here numbers are reserved for all children, on the disk already.
  package var sharedReservation = Incarnation(0)
  var highestReserved: Incarnation { max(reservedIncarnation, sharedReservation) }
  package var crashes: CrashHistory
  package var backoff: Backoff

  /// What `persist` last asked to be written.
  package var written: DurableState

  /// No spawn before this instant.
  package var holdUntil: Instant?
  package var budget = SpawnBudget()
  package var poison: PoisonWatch?
  /// How the last run failed that others may have failed like; nil since one was of use.
  package var lastFailure: FailureKind?
  /// That was an outage when something last happened to the child, or an earlier supervisor says so.
  package var isInOutage = false
  package var burial = Burial.none
  /// A shorter stop timeout that came with the request to archive.
  package var archiveGrace: TimeSpan?
  /// The task is done in the graph.
  package var isTaskClosed = false
  /// The graph has no such task.
  ///
  /// Nothing is started, whether or not the tombstone could be written.
  package var isTaskGone = false
  /// The inbox was asked about, and nothing is decided until the answer comes.
  package var isObserving = false
  /// A hint came since then: the answer may be older than what the hint was about.
  package var wasTouchedMeanwhile = false

  package enum Burial: Hashable, Sendable {
    case none
    case requested(ArchiveReason)
    case standing
    /// It stands, and its removal is under way.
    case lifting
    /// Asked for again while its removal was under way.
    case renewing(ArchiveReason)

    /// Nothing may live.
    ///
    /// The file may be gone by now, or be about to come back.
    var forbidsLife: Bool {
      switch self {
      case .none, .requested: false
      case .standing, .lifting, .renewing: true
      }
    }
  }

  package struct PoisonWatch: Hashable, Sendable {
    package var message: MessageKey
    package var failures: Int

    package init(message: MessageKey, failures: Int) {
      self.message = message
      self.failures = failures
    }
  }

  /// A child as a record has it: the rest is filled in by whoever reads the record.
  @inline(__always)  // Each unfolding begins with it.
  package init(_ id: ChildID, in state: ChildState, written: DurableState) {
    self.id = id
    self.state = state
    self.written = written
    isDown = false
    lastIncarnation = Incarnation(0)
    reservedIncarnation = Incarnation(0)
    crashes = CrashHistory()
    backoff = Backoff()
  }

  /// The one door through which the state changes; every change leaves a record.
  mutating func enter(
    _ next: ChildState, because clause: Clause, exit: ExitStatus? = nil,
    _ context: inout DecisionContext
  ) {
    let from = state.name
    let incarnation = state.incarnation ?? next.incarnation
    state = next
    note(clause, from: from, incarnation: incarnation, exit: exit, &context)
  }

  /// Leaves the record of a decision that did not change the state, such as a refusal.
  mutating func note(_ clause: Clause, exit: ExitStatus? = nil, _ context: inout DecisionContext) {
    note(clause, from: state.name, incarnation: state.incarnation, exit: exit, &context)
  }

  private func note(
    _ clause: Clause, from: ChildState.Name, incarnation: Incarnation?, exit: ExitStatus?,
    _ context: inout DecisionContext
  ) {
    context.effects.append(
      .record(
        Decision(
          child: id, at: context.now, from: from, to: state.name, clause: clause,
          incarnation: incarnation, exit: exit, consumers: demand.consumers,
          pending: demand.inbox.pending, failures: crashes.instants.count, delay: backoff.delay,
          next: nextEvent(context.settings))))
  }

  /// Changes the payload of the present state, which is no decision.
  mutating func update(_ same: ChildState) {
    precondition(same.name == state.name, "a change of state goes through enter()")
    state = same
  }
}

extension ChildMachine {
  /// When something happens without anybody's doing; that a run is found to be alive is nothing.
  func nextEvent(_ settings: SupervisionSettings) -> Instant? {
    if case .running(let run) = state { return idleDeadline(of: run, settings) }
    return deadline(settings)
  }

  /// When the child must be looked at again without anything having happened; nil for never.
  func deadline(_ settings: SupervisionSettings) -> Instant? {
    switch state {
    case .resting, .down, .archived: nil
    case .starting(let run): run.startDeadline(settings)
    case .running(let run): earliest(lookDeadline(settings), run.watchdog?.deadline)
    case .stopping(let stop): stop.deadline
    case .backoff, .parked: lookDeadline(settings)
    }
  }

  /// When something has to be decided that a look at the inbox must confirm; nil while one is
  /// under way.
  func lookDeadline(_ settings: SupervisionSettings) -> Instant? {
    if isObserving { return nil }
    switch state {
    case .running(let run): return earliest(idleDeadline(of: run, settings), run.lookAt)
    case .backoff(let until): return until
    case .parked(let parking):
      return parking.hasNewDemand ? parking.since + settings.backoff.cap : nil
    case .resting, .starting, .stopping, .down, .archived: return nil
    }
  }

  /// When a run ends that nobody wants; nil while a look at the inbox is under way.
  func idleDeadline(of run: Run, _ settings: SupervisionSettings) -> Instant? {
    isObserving ? nil : demand.idleDeadline(settings.idleTimeout, since: run.startedAt)
  }

  private func earliest(_ left: Instant?, _ right: Instant?) -> Instant? {
    guard let left, let right else { return left ?? right }
    return min(left, right)
  }

  /// What must survive the supervisor.
  package var durable: DurableState { durable(lastConsumer: demand.lastConsumer) }

  private func durable(lastConsumer: Instant?) -> DurableState {
    var parked: Parking?
    if case .parked(let parking) = state { parked = parking }
    return DurableState(
      isDown: isDown, reservedIncarnation: reservedIncarnation, crashes: crashes.instants,
      backoffDelay: backoff.delay, parkedSince: parked?.since, parkedNewest: parked?.newest,
      lastConsumer: lastConsumer, outage: isInOutage ? lastFailure : nil)
  }
}

extension ChildMachine {
  /// Asks for everything that must survive to be written.
  mutating func persist(_ urgency: Effect.Urgency, _ context: inout DecisionContext) {
    context.effects.append(persisted(urgency))
  }

  private mutating func persisted(_ urgency: Effect.Urgency) -> Effect {
    written = durable
    return .persist(id, durable, urgency)
  }

  /// New settings may be narrower than what was collected under the old ones.
  ///
  /// Nil when nothing had to be dropped.
  mutating func fit(_ settings: SupervisionSettings) -> Effect? {
    backoff.fit(settings.backoff)
    crashes.fit(limit: settings.crashLimit)
    return isWritten ? nil : persisted(.soon)
  }

  /// After every event: whatever changed, in whichever branch, reaches the disk.
  ///
  /// When somebody last listened is written along with the rest, and is no reason to write. Says where
  /// the child stands now, so that nobody has to copy it to see.
  mutating func conclude(
    _ context: inout DecisionContext
  ) -> (state: ChildState.Name, hasRun: Bool, deadline: Instant?) {
    if !isWritten { persist(.soon, &context) }
    return (state.name, state.incarnation != nil, deadline(context.settings))
  }

  private var isWritten: Bool { written == durable(lastConsumer: written.lastConsumer) }
}

extension Run {
  /// When it must have become ready.
  func startDeadline(_ settings: SupervisionSettings) -> Instant? {
    guard process != .requested else { return nil }
    let plain = startedAt + settings.startTimeout
    return extendedUntil.map { max($0, plain) } ?? plain
  }
}

extension Stop {
  /// The run ended by itself before it was taken over, and how is about to be told.
  var awaitsExit: Bool { cause == .ownExit && exit == nil }

  var deadline: Instant? {
    guard run.process != .requested, !awaitsExit else { return nil }
    switch phase {
    case .terminating(let until), .killing(let until), .surviving(let until): return until
    case .settling: return nil
    }
  }

  /// Once nothing is left of the run, however long that took.
  var outcome: HandlerOutcome { wasKilled ? .killed : .terminated }
}
