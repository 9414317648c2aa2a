/// The life of one child: what happened goes in, what to do comes out.
///
/// Decisions are level-triggered: an event changes what is known, and what is known decides. So an
/// event that comes twice or late changes nothing, and a message that arrives in any step of an
/// exit is found by the look at the inbox that follows every exit.
struct ChildMachine: Sendable {
  let id: ChildID
  private(set) var state: ChildState = .resting
  var demand = Demand()

  // What must survive; see `durable`.
  var isDown: Bool
  var lastIncarnation: Incarnation
  var reservedIncarnation: Incarnation
  var crashes: CrashHistory
  var backoff: Backoff

  /// What `persist` last asked to be written.
  var written: DurableState

  /// No spawn before this instant.
  var holdUntil: Instant?
  var budget = SpawnBudget()
  var poison: PoisonWatch?
  var burial = Burial.none
  /// A shorter stop timeout that came with the request to archive.
  var archiveGrace: TimeSpan?
  /// The task is done in the graph.
  var isTaskClosed = false
  /// The graph has no such task.
  ///
  /// Nothing is started, whether or not the tombstone could be written.
  var isTaskGone = false
  /// The inbox was asked about, and nothing is decided until the answer comes.
  var isObserving = false
  /// A hint came since then: the answer may be older than what the hint was about.
  var wasTouchedMeanwhile = false

  enum Burial: Hashable, Sendable {
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

  struct PoisonWatch: Hashable, Sendable {
    var message: MessageKey
    var failures: Int
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
          next: deadline(context.settings))))
  }

  /// Changes the payload of the present state, which is no decision.
  mutating func update(_ same: ChildState) {
    precondition(same.name == state.name, "a change of state goes through enter()")
    state = same
  }
}

extension ChildMachine {
  /// When the child must be looked at again without anything having happened; nil for never.
  func deadline(_ settings: SupervisionSettings) -> Instant? {
    switch state {
    case .resting, .down, .archived: nil
    case .starting(let run):
      run.process == .requested ? nil : run.startedAt + settings.startTimeout
    case .running(let run):
      isObserving ? nil : demand.idleDeadline(settings.idleTimeout, since: run.startedAt)
    case .stopping(let stop): stop.deadline
    case .backoff(let until): isObserving ? nil : until
    case .parked(let parking):
      parking.hasNewDemand && !isObserving ? parking.since + settings.backoff.cap : nil
    }
  }

  /// What must survive the supervisor.
  var durable: DurableState {
    var parked: Parking?
    if case .parked(let parking) = state { parked = parking }
    return DurableState(
      isDown: isDown, reservedIncarnation: reservedIncarnation, crashes: crashes.instants,
      backoffDelay: backoff.delay, parkedSince: parked?.since, parkedNewest: parked?.newest,
      lastConsumer: demand.lastConsumer)
  }
}

extension ChildMachine {
  /// Asks for everything that must survive to be written.
  mutating func persist(_ urgency: Effect.Urgency, _ context: inout DecisionContext) {
    written = durable
    context.effects.append(.persist(id, durable, urgency))
  }

  /// New settings may be narrower than what was collected under the old ones.
  mutating func fit(_ settings: SupervisionSettings) {
    backoff.fit(settings.backoff)
    crashes.fit(limit: settings.crashLimit)
  }

  /// After every event: whatever changed, in whichever branch, reaches the disk.
  ///
  /// When somebody last listened is written along with the rest, and is no reason to write.
  mutating func persistChanges(_ context: inout DecisionContext) {
    var present = durable
    present.lastConsumer = written.lastConsumer
    if present != written { persist(.soon, &context) }
  }
}

extension Stop {
  var deadline: Instant? {
    guard run.process != .requested else { return nil }
    switch phase {
    case .terminating(let until), .killing(let until), .surviving(let until): return until
    case .settling: return nil
    }
  }

  /// Once nothing is left of the run, however long that took.
  var outcome: HandlerOutcome { wasKilled ? .killed : .terminated }
}
