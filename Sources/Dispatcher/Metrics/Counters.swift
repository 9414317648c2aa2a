internal import DecisionRecords
internal import SupervisionCore

/// What a dispatcher has counted since it started.
struct Counters: Equatable {
  private(set) var spawns: UInt64 = 0
  private(set) var adoptions: UInt64 = 0
  /// By kind; a kind that is not there was not met yet.
  private(set) var exits: [ExitKind: UInt64] = [:]
  private(set) var crashLoops: UInt64 = 0
  private(set) var outages: UInt64 = 0
  private(set) var kills: UInt64 = 0
  private(set) var setAside: UInt64 = 0
  private(set) var refusals: UInt64 = 0
  private(set) var decisions: UInt64 = 0
  /// Delays that were waited for between failed runs, without jitter.
  private(set) var backoffSeconds = 0.0
  var deliveries = Histogram(
    bounds: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800])
  var purges = Histogram(bounds: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60])

  /// How a run ended, as the label `kind` says it.
  enum ExitKind: String, CaseIterable {
    case asked, clean, crashed, unproductive
    case startTimeout = "start_timeout"
    case spawnFailed = "spawn_failed"
    case watchdog
  }

  mutating func take(_ row: DecisionRow) {
    decisions += 1
    if row.from == .starting, row.clause == .spawned { spawns += 1 }
    switch row.clause {
    case .adopted: adoptions += 1
    case .outageBegan: outages += 1
    case .stopTimeout: kills += 1
    case .poisonMessage: setAside += 1
    case .refused: refusals += 1
    case .crashLoop where row.to == .parked && row.from == .stopping: crashLoops += 1
    case .backingOff where row.to == .backoff: backoffSeconds += Double(row.delay) / 1e9
    default: break
    }
    if let kind = Self.kind(row) { exits[kind, default: 0] += 1 }
  }

  /// Of the decision that judges a run; nil for all others.
  private static func kind(_ row: DecisionRow) -> ExitKind? {
    guard row.from == .stopping, row.to != .stopping else { return nil }
    switch row.clause {
    case .exitAsked, .archived: return .asked
    case .exitedClean: return .clean
    case .crashed, .crashLoop: return .crashed
    case .unproductive: return .unproductive
    case .startTimeout: return .startTimeout
    case .spawnFailed: return .spawnFailed
    case .watchdogTimeout: return .watchdog
    default: return nil
    }
  }
}
