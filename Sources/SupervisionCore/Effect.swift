/// What the core wants done.
///
/// Effects are performed in the order in which they were returned; the outcome comes back as an
/// event of a later turn, never by calling into the core from within.
public enum Effect: Hashable, Sendable {
  /// Look at the inbox under its lock. → `inboxObserved`
  case observeInbox(ChildID)
  /// → `spawned`, `spawnFailed` or `holderFound`
  case spawn(ChildID, Incarnation)
  /// Watch the live holder that was found, as this run.
  case adopt(ChildID, Incarnation)
  /// Read what the run has said of itself and was not read yet. → `heard`, after all of it
  case listen(ChildID, Incarnation)
  /// Signal every process of the run.
  case signal(ChildID, Incarnation, StopSignal)
  /// Write a durable tombstone. → `tombstoned` or `tombstoneFailed`
  case bury(ChildID, ArchiveReason)
  /// Remove the tombstone, durably. → `tombstoneRemoved`
  case exhume(ChildID)
  /// The child is archived and no process of it is left: close its task, keep the evidence.
  case settleArchive(ChildID, HandlerOutcome)
  /// Put this waiting message aside and tell its sender. An `observeInbox` follows.
  case setAside(ChildID, MessageKey, failures: Int)
  /// Write what must survive.
  case persist(ChildID, DurableState, Urgency)
  case record(Decision)

  public enum Urgency: Hashable, Sendable {
    /// Durable before the next effect is performed.
    case beforeActing
    /// Within the turn, after everything else.
    case soon
  }
}

/// The signals that the core knows.
public enum StopSignal: Hashable, Sendable {
  case interrupt, terminate
  /// SIGABRT, so that a program that hangs leaves a trace of where.
  case abort
  case kill
}

/// What became of an archived child's process.
public enum HandlerOutcome: String, Hashable, Sendable {
  case none, terminated, killed, survived
}

/// What the supervisor must still know after its own death.
public struct DurableState: Hashable, Sendable {
  public var isDown: Bool
  /// No run has a higher number than this.
  public var reservedIncarnation: Incarnation
  public var crashes: [Instant]
  public var backoffDelay: TimeSpan
  public var parkedSince: Instant?
  /// The newest message that was known when the child was parked.
  public var parkedNewest: UInt64?
  public var lastConsumer: Instant?
  /// What the child waits for together with others, or tries for them.
  package var outage: FailureKind?

  public init(
    isDown: Bool = false, reservedIncarnation: Incarnation = Incarnation(0),
    crashes: [Instant] = [], backoffDelay: TimeSpan = .zero, parkedSince: Instant? = nil,
    parkedNewest: UInt64? = nil, lastConsumer: Instant? = nil
  ) {
    self.isDown = isDown
    self.reservedIncarnation = reservedIncarnation
    self.crashes = crashes
    self.backoffDelay = backoffDelay
    self.parkedSince = parkedSince
    self.parkedNewest = parkedNewest
    self.lastConsumer = lastConsumer
  }

  package init(
    isDown: Bool, reservedIncarnation: Incarnation, crashes: [Instant], backoffDelay: TimeSpan,
    parkedSince: Instant?, parkedNewest: UInt64?, lastConsumer: Instant?, outage: FailureKind?
  ) {
    self.init(
      isDown: isDown, reservedIncarnation: reservedIncarnation, crashes: crashes,
      backoffDelay: backoffDelay, parkedSince: parkedSince, parkedNewest: parkedNewest,
      lastConsumer: lastConsumer)
    self.outage = outage
  }

  /// What can be true now: a clock that was set back leaves instants in the future, and a file may
  /// say anything.
  func plausible(_ settings: SupervisionSettings, at now: Instant) -> DurableState {
    var state = self
    let past = crashes.map { min($0, now) }.sorted()
    state.crashes = Array(past.suffix(max(0, settings.crashLimit)))
    state.backoffDelay = min(max(.zero, backoffDelay), settings.backoff.cap)
    state.parkedSince = parkedSince.map { min($0, now) }
    state.lastConsumer = lastConsumer.map { min($0, now) }
    return state
  }
}
