public import SupervisionCore

/// Everything that happens to a simulated supervisor, written down in advance so that it can be
/// cut shorter and replayed.
public struct Schedule: Hashable, Sendable {
  /// Decides what the actions leave open: delays, and how each run behaves.
  public var seed: UInt64
  public var children: Int
  public var faults: FaultWeights
  public var tuning: Tuning
  public var steps: [Step]

  public init(
    seed: UInt64, children: Int, faults: FaultWeights = FaultWeights(), tuning: Tuning = Tuning(),
    steps: [Step]
  ) {
    self.seed = seed
    self.children = children
    self.faults = faults
    self.tuning = tuning
    self.steps = steps
  }
}

/// One action of a schedule.
public struct Step: Hashable, Sendable {
  /// Since the step before, in microseconds.
  public var after: Int64
  public var action: Action

  public init(_ after: Int64, _ action: Action) {
    self.after = after
    self.action = action
  }
}

/// What people, other programs and misfortune do.
///
/// Children are counted from 0.
public enum Action: Hashable, Sendable {
  // Demand.
  case attach(Int)
  case detach(Int)
  /// A poisonous message crashes every handler that reads it.
  case send(Int, poison: Bool)
  /// A hint about nothing.
  case touch(Int)

  // The graph.
  case close(Int)
  case reopen(Int)
  case vanish(Int)

  // Operators.
  case start(Int)
  case stop(Int)
  case interrupt(Int)
  case reset(Int)
  case restart(Int)
  case archive(Int, ArchiveReason, graceMilliseconds: Int64?)
  case purge
  case restore(Int)

  /// Other settings count from now on: those that belong to the number.
  case retune(UInt64)

  // Misfortune.
  /// Somebody starts a handler by hand.
  case foreignHolder(Int)
  /// Old news about the child's processes, or of a deadline, comes once more.
  case repeatNews(Int)
  /// So many of the next tombstones cannot be written.
  case failTombstones(Int)
  /// Nothing moves for so many milliseconds.
  case suspend(Int64)
  /// The dispatcher alone does nothing for so many milliseconds.
  case stall(Int64)
  /// The wall clock is set forwards or backwards, by seconds.
  case setWallClock(Int64)
  /// The dispatcher dies after so many more effects.
  case kill(afterEffects: Int)
  /// The dispatcher is asked to end, and is started again later.
  case shutDown
  /// Whoever keeps exit statuses while there is no dispatcher dies; the next dispatcher has another.
  case killKeeper

  // The disk.
  /// So many of the next records cannot be written: ENOSPC, EIO.
  case failWrites(Int)
  /// From now on a sync takes so many milliseconds.
  case slowDown(Int64)
  /// The machine loses its power: everything that runs is gone, and what was not synced may be.
  case cutPower
}

/// How often each fault occurs, in percent.
///
/// Each schedule draws its own mixture.
public struct FaultWeights: Hashable, Sendable {
  public var badProgram = 0
  public var noResources = 0
  public var endsAtOnce = 0
  public var failsAtOnce = 0
  public var crashesLater = 0
  public var neverReady = 0
  public var ignoresTerminate = 0
  public var diesOfInterrupt = 0
  public var leavesProcesses = 0
  public var unkillable = 0
  public var slowAnswers = 0
  public var slowNews = 0
  /// With a watchdog only; without one nobody could tell.
  public var hangs = 0
  public var breaksDown = 0
  public var leaves = 0
  public var changesWatchdog = 0
  /// Asks for more time, again and again.
  public var asksForTime = 0

  public init() {}
}

/// The settings that a schedule runs with.
public struct Tuning: Hashable, Sendable {
  public var crashLimit = 8
  public var childBurst: Int64 = 20
  public var daemonBurst: Int64 = 2_000
  public var outageLimit = 5
  /// Whether the inbox is read when it is asked about, or when the answer is given.
  public var readsInboxEarly = false
  /// Zero: none.
  public var watchdogSeconds: Int64 = 0
  /// Whether somebody outlives the dispatcher and knows how runs ended.
  public var hasKeeper = false
  /// Whether each dispatcher reserves numbers for all children at once.
  public var sharesNumbers = false

  public init() {}

  var settings: SupervisionSettings {
    var settings = SupervisionSettings()
    settings.crashLimit = crashLimit
    settings.childBudget.burst = childBurst
    settings.outage.limit = outageLimit
    settings.daemonBudget = BudgetPolicy(
      burst: daemonBurst, period: daemonBurst < 100 ? .milliseconds(500) : .milliseconds(10))
    return settings
  }
}
