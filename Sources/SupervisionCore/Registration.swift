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
  /// Numbers up to this one are reserved on the disk for every child, whatever its own state says;
  /// those up to `durable.reservedIncarnation` may have been given.
  public var sharedReservation: Incarnation

  public init(
    durable: DurableState = DurableState(), isTombstoned: Bool = false, isSettled: Bool = true,
    isTaskClosed: Bool = false, hasHolder: Bool = false, hasEnded: Bool = false,
    sharedReservation: Incarnation = Incarnation(0)
  ) {
    self.durable = durable
    self.isTombstoned = isTombstoned
    self.isSettled = isSettled
    self.isTaskClosed = isTaskClosed
    self.hasHolder = hasHolder
    self.hasEnded = hasEnded
    self.sharedReservation = sharedReservation
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
    sharedReservation = registration.sharedReservation
    crashes = CrashHistory(durable.crashes)
    backoff = Backoff(delay: durable.backoffDelay)
    demand.lastConsumer = durable.lastConsumer
    burial = registration.isTombstoned ? .standing : .none
    isTaskClosed = registration.isTaskClosed
    lastFailure = durable.outage
    isInOutage = durable.outage != nil
  }

  /// The first decision: boot spawns only what is demanded, and the inbox tells (rule 2).
  mutating func awaken(_ registration: Registration, _ context: inout DecisionContext) {
    holdAfterRestart(context)
    takeUp(registration, &context)
    recallOutage(&context)
    guard registration.hasRun else { return }
    let run = newRun(at: context.now)
    if registration.hasHolder { adopt(run, &context) } else { adoptEnded(run, &context) }
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
