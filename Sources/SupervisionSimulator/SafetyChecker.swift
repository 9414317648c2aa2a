public import SupervisionCore

/// Watches a history, step by step, and keeps the first violation of what must always hold.
///
/// It sees what the supervisor was told and what it did, keeps its own simple account, and never
/// asks the supervisor why.
public struct SafetyChecker: Sendable {
  public private(set) var violation: Violation?
  private(set) var settings: SupervisionSettings
  var children: [ChildHistory]
  var daemonSpawns: [Instant] = []
  var isShuttingDown = false
  /// Since when nothing has kept the supervisor from deciding.
  private(set) var awakeSince = Instant(nanoseconds: 0)
  /// By how runs failed.
  var outages: [FailureKind: OutageAccount] = [:]

  public init(children: Int, settings: SupervisionSettings) {
    self.settings = settings
    self.children = Array(repeating: ChildHistory(), count: children)
  }

  mutating func fail(_ invariant: Invariant, _ child: Int, _ detail: @autoclosure () -> String) {
    guard violation == nil else { return }
    violation = Violation(invariant, child: child, detail())
  }

  /// A dispatcher begins; what earlier ones were told is forgotten, what people want is not.
  public mutating func booted(clockJumped: Bool) {
    daemonSpawns = []
    outages = [:]
    isShuttingDown = false
    for child in children.indices {
      children[child].consumers = 0
      children[child].inbox = InboxObservation()
      children[child].lastState = .resting
      children[child].spawns = []
      children[child].lastFailure = nil
      children[child].tries = TryHistory()
      children[child].lostRecords += 1
      children[child].poisonKey = nil
      children[child].parkedAt = nil
      children[child].stopBeganAt = nil
      children[child].buriedAt = nil
      if clockJumped { children[child].failures = [] }
    }
  }

  /// A child is about to be registered with what the disk says.
  ///
  /// What was asked for and not acknowledged may have been written or not.
  public mutating func registered(
    _ child: Int, isTaskOpen: Bool, _ durable: DurableState, at now: Instant
  ) {
    recallOutage(child, durable, at: now)
    children[child].isTaskOpen = isTaskOpen
    if !children[child].isDesireAcknowledged || children[child].isDesireRefused {
      children[child].isDown = durable.isDown
    }
    children[child].isDesireAcknowledged = true
    children[child].isDesireRefused = false
  }

  /// Other bounds count from now on, for what begins from now on.
  public mutating func retuned(_ settings: SupervisionSettings) {
    self.settings = settings
    daemonSpawns = []
    for child in children.indices {
      children[child].spawns = []
      children[child].forgive()
      children[child].parkedAt = nil
      children[child].stopBeganAt = nil
    }
  }

  /// The supervisor decides nothing until then.
  public mutating func isAway(until instant: Instant) { awakeSince = max(awakeSince, instant) }

  /// The disk refused a record: who asked for something is told that it may not last.
  public mutating func couldNotWrite(_ child: Int) {
    children[child].lostRecords += 1
    children[child].isDesireRefused = true
  }

  /// What was last to be written is forgotten: failed runs, and a parking may be an earlier one.
  public mutating func lostRecord(_ child: Int, parkedNewest: UInt64?) {
    children[child].lostRecords += 3
    children[child].parkedNewest = parkedNewest ?? 0
  }

  /// The dispatcher was asked to end.
  public mutating func shutDown() { isShuttingDown = true }

  /// The supervisor is about to be told.
  public mutating func told(_ event: ChildEvent, _ child: Int, at now: Instant) {
    forgetOutages(at: now)
    switch event {
    case .consumerAttached:
      children[child].consumers += 1
      if children[child].parkedAt != nil { children[child].hasNewConsumer = true }
    case .consumerDetached:
      children[child].consumers -= 1
      if children[child].consumers == 0 { children[child].hasNewConsumer = false }
    case .inboxObserved(let observation):
      children[child].inbox = observation
      judgeTry(child, at: now)
    case .taskClosed:
      children[child].isTaskOpen = false
      children[child].forgive()
    case .taskVanished: children[child].isTaskOpen = false
    case .taskReopened: children[child].isTaskOpen = true
    case .startRequested:
      children[child].isDown = false
      children[child].isDesireAcknowledged = false
    case .stopRequested:
      children[child].isDown = true
      children[child].isDesireAcknowledged = false
      children[child].forgive()
    case .interruptRequested, .archiveRequested: children[child].forgive()
    case .resetRequested:
      children[child].forgive()
      hastenTry(child, at: now)
    case .restartRequested:
      children[child].forgive()
      children[child].tries.lastFailure = nil
    case .restoreRequested:
      children[child].isRestoreAsked = true
      children[child].forgive()
    case .said(let incarnation, .leaving): children[child].asked = incarnation
    case .spawned(let incarnation, _, _, let program):
      noteProgram(program, child, incarnation)
      lengthenStop(child, at: now)
    case .spawnFailed(let incarnation, _, let program): noteProgram(program, child, incarnation)
    case .holderFound: lengthenStop(child, at: now)
    case .tombstoned: children[child].buriedAt = children[child].buriedAt ?? now
    case .tombstoneRemoved, .tombstoneFailed: children[child].buriedAt = nil
    case .inboxTouched, .ready, .exited, .emptied, .said, .heard, .deadline,
      .shutdownRequested, .refused, .spared:
      break
    }
  }

  /// An effect is about to be performed.
  public mutating func performing(_ effect: Effect, _ facts: ChildFacts, at now: Instant) {
    forgetOutages(at: now)
    switch effect {
    case .spawn(let id, let incarnation):
      checkSpawn(Int(id.number), incarnation, facts, at: now)
    case .adopt(let id, let incarnation):
      checkNumber(Int(id.number), incarnation, isNew: false, facts)
      // Started by hand behind the supervisor's back; the next settlement is the one that counts.
      if facts.hasUnknownForeigner { children[Int(id.number)].isArchiveAcknowledged = false }
    case .settleArchive(let id, let outcome):
      checkSettlement(Int(id.number), outcome, facts)
    case .exhume(let id): checkExhumation(Int(id.number))
    case .setAside(let id, let key, _): checkSetAside(Int(id.number), key, facts)
    case .record(let decision): checkRecord(decision, facts)
    case .signal(let id, let incarnation, let signal):
      checkSignal(Int(id.number), incarnation, signal, facts, at: now)
    case .observeInbox, .listen, .bury, .persist: break
    }
  }

  /// A run of this dispatcher ended badly and nobody had asked for it.
  public mutating func ranBadly(_ child: Int, at now: Instant) {
    children[child].lastFailure = now
    children[child].failures.append(now)
    let window = settings.crashWindow
    let recent = children[child].failures.count { now - $0 <= window }
    let afterParking = window.nanoseconds / max(1, settings.backoff.cap.nanoseconds)
    let bound = settings.crashLimit + Int(afterParking) + 2 + children[child].lostRecords
    if recent > bound { fail(.crashBound, child, "\(recent) failed runs, at most \(bound)") }
  }

  /// A turn is over: what the supervisor believes is held against what is true.
  public mutating func finishedTurn(_ child: Int, state: ChildState, _ facts: ChildFacts) {
    children[child].isDesireAcknowledged = true
    let last = children[child].lastState
    if state.name != last { fail(.record, child, "\(last) became \(state.name) unrecorded") }
    if let run = facts.knownRun, state.incarnation != run {
      fail(.knownProcess, child, "run \(run) lives, the state is \(state)")
    }
    if children[child].isArchiveAcknowledged, facts.isAlive {
      fail(.quietAfterArchive, child, "a process lives after the acknowledgement")
    }
    checkStopDeadline(child, state)
    checkOutageIsWritten(child, facts)
  }
}
