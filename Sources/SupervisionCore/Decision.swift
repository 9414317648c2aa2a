/// One decision with its cause: enough to explain it (rule 15).
public struct Decision: Hashable, Sendable {
  public let child: ChildID
  public let at: Instant
  public let from: ChildState.Name
  public let to: ChildState.Name
  public let clause: Clause
  /// The run that was decided about, if any.
  public let incarnation: Incarnation?
  public let exit: ExitStatus?
  /// The inputs that were seen.
  public let consumers: Int
  public let pending: Int
  public let failures: Int
  public let delay: TimeSpan
  /// When something happens next without anybody's doing.
  public let next: Instant?
  /// What it was decided from; decisions about the same event share it.
  public package(set) var inputs: DecisionInputs?
}

/// The part of the rules that a decision applied.
///
/// The raw value is what files and logs say.
public enum Clause: String, Hashable, Sendable, CaseIterable {
  case noDemand = "no-demand"
  case consumerWaits = "consumer-waits"
  case messageWaits = "message-waits"
  case spawned
  case ready
  case adopted
  case endedUnwatched = "ended-unwatched"
  case spawnDenied = "spawn-denied"
  case spawnFailed = "spawn-failed"
  case idleTimeout = "idle-timeout"
  case exitAsked = "exit-asked"
  case exitedClean = "exited-clean"
  case crashed
  case unproductive
  case backingOff = "backing-off"
  case budgetSpent = "budget-spent"
  case outage
  case outageBegan = "outage-began"
  case outageOver = "outage-over"
  case crashLoop = "crash-loop"
  case parkedOver = "parked-over"
  case poisonMessage = "poison-message"
  case startTimeout = "start-timeout"
  case stopTimeout = "stop-timeout"
  case watchdogTimeout = "watchdog-timeout"
  case leaving
  case extended
  case survived
  case leftovers
  case operatorStart = "operator-start"
  case operatorStop = "operator-stop"
  case operatorReset = "operator-reset"
  case interrupted
  case nothingToInterrupt = "nothing-to-interrupt"
  case swapped
  case staleTask = "stale-id"
  case taskClosed = "task-closed"
  case taskReopened = "task-reopened"
  case archiving
  case archived
  case alreadyArchived = "already-archived"
  case archiveFailed = "archive-failed"
  case restored
  case refused
  case spared
  case shutdown

  /// The number of the rule in the design that the clause belongs to.
  public var rule: Int {
    switch self {
    case .noDemand, .consumerWaits, .messageWaits: 1
    case .spawned, .ready, .spawnDenied, .spawnFailed, .startTimeout, .extended: 2
    case .exitAsked, .exitedClean, .leftovers, .leaving: 3
    case .idleTimeout: 4
    case .crashed, .unproductive, .backingOff, .crashLoop, .interrupted, .nothingToInterrupt,
      .swapped, .watchdogTimeout:
      5
    case .parkedOver, .operatorReset, .budgetSpent, .outage, .outageBegan, .outageOver: 6
    case .poisonMessage: 7
    case .adopted, .endedUnwatched: 9
    case .staleTask: 10
    case .archiving, .archived, .alreadyArchived, .archiveFailed, .stopTimeout, .survived,
      .spared:
      11
    case .restored, .taskClosed, .taskReopened, .refused: 12
    case .operatorStart, .operatorStop: 13
    case .shutdown: 14
    }
  }
}
