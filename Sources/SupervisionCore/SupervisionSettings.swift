/// Every number that the decisions depend on.
public struct SupervisionSettings: Hashable, Sendable {
  /// Without it nothing is started, whoever wants it.
  public var startsChildren = true
  /// How long a handler is kept after the last consumer and the last message.
  public var idleTimeout: TimeSpan = .seconds(300)
  /// From the polite signal to SIGKILL.
  public var stopTimeout: TimeSpan = .seconds(10)
  /// From SIGKILL to calling what is left a survivor, and between further attempts.
  public var killTimeout: TimeSpan = .seconds(5)
  /// From the spawn to readiness, for children that announce it.
  public var startTimeout: TimeSpan = .seconds(60)
  /// By so much a run may put off the end of its start, and that of its stop, in all.
  public var extensionLimit: TimeSpan = .seconds(300)
  /// Beyond its watchdog's span a run gets this much.
  ///
  /// A watchdog that is looked at later than this after it was due starts anew, and so do the times of
  /// a start and of a stop: who was away could not listen, and whatever kept it away may have kept the
  /// run too.
  public var watchdogTolerance: TimeSpan = .seconds(1)
  public var backoff = BackoffPolicy()
  /// So many failed runs within the window park the child.
  public var crashLimit = 8
  public var crashWindow: TimeSpan = .seconds(600)
  /// So many failed runs in a row with the same first message set that message aside.
  public var poisonLimit = 3
  public var outage = OutagePolicy()
  /// Spawns of one child: a burst, then one for each period.
  public var childBudget = BudgetPolicy(burst: 20, period: .seconds(3))
  /// Spawns of all children together.
  public var daemonBudget = BudgetPolicy(burst: 2_000, period: .milliseconds(10))

  public init() {}
}

/// How the delay between failed runs grows.
public struct BackoffPolicy: Hashable, Sendable {
  public var first: TimeSpan = .milliseconds(200)
  /// With each further failed run the delay is so many times as long.
  public var factor = 2.0
  public var cap: TimeSpan = .seconds(300)
  /// The delay is varied by up to this share in both directions.
  public var jitter = 0.2
  /// A run must last this long, and the present delay, before the delay eases.
  public var stableRun: TimeSpan = .seconds(60)

  public init() {}
}

/// When failures of several children are taken for one.
public struct OutagePolicy: Hashable, Sendable {
  /// So many children whose runs end alike within the window are an outage; two at least.
  public var limit = 5
  public var window: TimeSpan = .seconds(60)
  /// From the outbreak to the first try, and between two looks at how a try does.
  ///
  /// After each try that fails twice as long, up to the cap of the back-off.
  public var delay: TimeSpan = .seconds(10)

  public init() {}
}

/// A token bucket: `burst` spawns at once, then one more for each `period`.
public struct BudgetPolicy: Hashable, Sendable {
  public var burst: Int64
  public var period: TimeSpan

  public init(burst: Int64, period: TimeSpan) {
    self.burst = burst
    self.period = period
  }

  /// The most spawns that any window of this length can see.
  public func bound(within window: TimeSpan) -> Int64 {
    burst + window.nanoseconds / max(1, period.nanoseconds) + 1
  }
}

/// Times, and what is counted within them, that hold for one child instead of those of all; nil: as
/// for all.
public struct ChildTimes: Hashable, Sendable {
  public var idleTimeout: TimeSpan?
  public var stopTimeout: TimeSpan?
  public var startTimeout: TimeSpan?
  public var backoff: BackoffPolicy?
  public var crashLimit: Int?
  public var crashWindow: TimeSpan?

  public init() {}

  func over(_ settings: SupervisionSettings) -> SupervisionSettings {
    var own = settings
    own.idleTimeout = idleTimeout ?? own.idleTimeout
    own.stopTimeout = stopTimeout ?? own.stopTimeout
    own.startTimeout = startTimeout ?? own.startTimeout
    own.backoff = backoff ?? own.backoff
    own.crashLimit = crashLimit ?? own.crashLimit
    own.crashWindow = crashWindow ?? own.crashWindow
    return own
  }
}
