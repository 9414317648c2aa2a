/// Where a child is.
///
/// The payload is what is valid in that state and in no other.
public enum ChildState: Hashable, Sendable {
  /// No process, none wanted.
  case resting
  /// A process was asked for, or runs and is not ready yet.
  case starting(Run)
  case running(Run)
  /// The process is asked to end, or has ended and what it left behind is being looked at.
  case stopping(Stop)
  /// Wanted, and waiting for the time when it may start again.
  case backoff(until: Instant)
  /// A crash loop was contained. Waits for a reset, or for new demand after a while.
  case parked(Parking)
  /// An operator said stop.
  case down
  /// Tombstoned, or its task is closed.
  case archived

  public var name: Name {
    switch self {
    case .resting: .resting
    case .starting: .starting
    case .running: .running
    case .stopping: .stopping
    case .backoff: .backoff
    case .parked: .parked
    case .down: .down
    case .archived: .archived
    }
  }

  /// The states without their payloads.
  public enum Name: String, Hashable, Sendable, CaseIterable {
    case resting, starting, running, stopping, backoff, parked, down, archived

    /// Counts from 0, in the order above.
    package var ordinal: Int {
      switch self {
      case .resting: 0
      case .starting: 1
      case .running: 2
      case .stopping: 3
      case .backoff: 4
      case .parked: 5
      case .down: 6
      case .archived: 7
      }
    }

    /// The state in systemd's words.
    public var coarse: String {
      switch self {
      case .resting, .down, .archived: "inactive"
      case .starting, .backoff: "activating"
      case .running: "active"
      case .stopping: "deactivating"
      case .parked: "failed"
      }
    }
  }

  /// The run that has, or may have, a live process.
  public var incarnation: Incarnation? {
    switch self {
    case .starting(let run), .running(let run): run.incarnation
    case .stopping(let stop): stop.run.incarnation
    case .resting, .backoff, .parked, .down, .archived: nil
    }
  }
}

/// One run of a child.
public struct Run: Hashable, Sendable {
  public enum Process: String, Hashable, Sendable, CaseIterable {
    /// Asked for; whether it exists is not known yet.
    case requested
    case own
    /// Started by somebody else and found holding the lock. Rule 9.
    case external
  }

  public let incarnation: Incarnation
  public internal(set) var process: Process
  public internal(set) var startedAt: Instant
  /// Answered messages when the run began.
  public internal(set) var answeredAtStart: UInt64
  public internal(set) var interruptedAt: Instant?
  /// Nil: it need not give signs of life.
  public internal(set) var watchdog: Watchdog?
  /// The end of its start was put off until then.
  public internal(set) var extendedUntil: Instant?
  public internal(set) var program: ProgramID
  /// It tries for others in an outage, and is looked at then.
  public internal(set) var lookAt: Instant?

  package init(
    incarnation: Incarnation, process: Process, startedAt: Instant, answeredAtStart: UInt64,
    interruptedAt: Instant? = nil, watchdog: Watchdog? = nil, extendedUntil: Instant? = nil,
    program: ProgramID = .unknown, lookAt: Instant? = nil
  ) {
    self.incarnation = incarnation
    self.process = process
    self.startedAt = startedAt
    self.answeredAtStart = answeredAtStart
    self.interruptedAt = interruptedAt
    self.watchdog = watchdog
    self.extendedUntil = extendedUntil
    self.program = program
    self.lookAt = lookAt
  }
}

/// Whether a run still gives signs of life.
public struct Watchdog: Hashable, Sendable {
  public let span: TimeSpan
  public internal(set) var lastSign: Instant
  package internal(set) var phase: Phase

  package enum Phase: Hashable, Sendable {
    case waiting
    /// The span is over; a run that was kept from its work, as this supervisor may have been, gets
    /// a moment.
    case doubting(until: Instant)
    /// What the run may have said is being read.
    case listening(since: Instant)
  }

  /// When something has to be done about it; nil while it is listened to.
  var deadline: Instant? {
    switch phase {
    case .waiting: lastSign + span
    case .doubting(let until): until
    case .listening: nil
    }
  }

  mutating func renew(at now: Instant) {
    lastSign = now
    phase = .waiting
  }

  /// Nil for a span that demands nothing.
  package init?(span: TimeSpan, from start: Instant, phase: Phase = .waiting) {
    guard span > .zero, span != .infinity else { return nil }
    self.span = span
    self.phase = phase
    lastSign = start
  }
}

/// A run on its way out.
public struct Stop: Hashable, Sendable {
  public enum Cause: String, Hashable, Sendable, CaseIterable {
    case idle, operatorStop, archived, shutdown, swap, startTimeout, watchdog
    /// It said that it is on its way out.
    case leaving
    /// It ended by itself.
    case ownExit
  }

  public enum Phase: Hashable, Sendable {
    /// SIGTERM was sent, or SIGABRT; or nothing, to a run that said that it is leaving.
    case terminating(until: Instant)
    /// SIGKILL was sent.
    case killing(until: Instant)
    /// SIGKILL was sent and something is still there.
    case surviving(until: Instant)
    /// Nothing is left; the inbox is read again before anything is decided. Rule 3.
    case settling
  }

  public let run: Run
  public internal(set) var cause: Cause
  public internal(set) var phase: Phase
  public internal(set) var exit: ExitStatus?
  /// Its timeout counts from here.
  public internal(set) var beganAt: Instant
  /// How long the run lasted: until it was asked to end, or its end was heard of.
  var span: TimeSpan { beganAt - run.startedAt }
  public internal(set) var wasKilled = false
  /// Its end was put off, at its wish.
  public internal(set) var wasExtended = false

  package init(
    run: Run, cause: Cause, phase: Phase, exit: ExitStatus? = nil, beganAt: Instant,
    wasKilled: Bool = false, wasExtended: Bool = false
  ) {
    self.run = run
    self.cause = cause
    self.phase = phase
    self.exit = exit
    self.beganAt = beganAt
    self.wasKilled = wasKilled
    self.wasExtended = wasExtended
  }
}

/// Why and since when a child is parked.
public struct Parking: Hashable, Sendable {
  public let since: Instant
  /// The newest message that was known then: a newer one is new demand.
  public let newest: UInt64
  public internal(set) var hasNewDemand = false
  /// A consumer that came after the parking is still connected, or was not the last to leave.
  package internal(set) var hasNewConsumer = false

  package init(
    since: Instant, newest: UInt64, hasNewDemand: Bool = false, hasNewConsumer: Bool = false
  ) {
    self.since = since
    self.newest = newest
    self.hasNewDemand = hasNewDemand
    self.hasNewConsumer = hasNewConsumer
  }
}

/// How a process ended.
public enum ExitStatus: Hashable, Sendable {
  case exited(Int32)
  case signaled(Int32)
  /// It was nobody's child here, so nobody was told.
  case unknown
  /// The program could not be run.
  case neverStarted

  var isSuccess: Bool { self == .exited(0) }
}
