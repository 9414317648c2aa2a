public import SupervisionCore

/// Which clauses and which pairs of state and event a simulation has reached.
public struct Coverage: Hashable, Sendable {
  /// Each once; there are so few that looking through them is cheaper than hashing.
  private var clauses: [Clause] = []
  private var pairs: [Bool]

  public init() {
    pairs = Array(
      repeating: false, count: ChildState.Name.allCases.count * EventKind.allCases.count)
  }

  mutating func saw(_ clause: Clause) {
    if !clauses.contains(clause) { clauses.append(clause) }
  }

  mutating func saw(_ event: ChildEvent, in state: ChildState) {
    pairs[Self.index(state.name, EventKind(event))] = true
  }

  public mutating func merge(_ other: Coverage) {
    for clause in other.clauses { saw(clause) }
    for index in pairs.indices where other.pairs[index] { pairs[index] = true }
  }

  public var missedClauses: [Clause] { Clause.allCases.filter { !clauses.contains($0) } }

  public var allClauses: Int { Clause.allCases.count }

  /// How many pairs of state and event were reached.
  public var pairCount: Int { pairs.count { $0 } }

  /// How many pairs there are.
  public var allPairs: Int { pairs.count }

  public var missedPairs: [(ChildState.Name, EventKind)] {
    ChildState.Name.allCases.flatMap { state in
      EventKind.allCases.compactMap { event in
        pairs[Self.index(state, event)] ? nil : (state, event)
      }
    }
  }

  private static func index(_ state: ChildState.Name, _ event: EventKind) -> Int {
    state.ordinal * EventKind.allCases.count + event.rawValue
  }
}

/// The events without their payloads.
public enum EventKind: Int, Hashable, Sendable, CaseIterable {
  case consumerAttached, consumerDetached, inboxTouched, inboxObserved
  case spawned, spawnFailed, holderFound, ready, exited, emptied
  case saidAlive, saidWatchdog, saidBroken, saidLeaving, saidNeedsTime, heard
  case taskClosed, taskReopened, taskVanished
  case tombstoned, tombstoneFailed, tombstoneRemoved, deadline
  case startRequested, stopRequested, interruptRequested, resetRequested, restartRequested
  case archiveRequested, restoreRequested, shutdownRequested
  case refused, spared

  public init(_ event: ChildEvent) {
    switch event {
    case .consumerAttached: self = .consumerAttached
    case .consumerDetached: self = .consumerDetached
    case .inboxTouched: self = .inboxTouched
    case .inboxObserved: self = .inboxObserved
    case .spawned: self = .spawned
    case .spawnFailed: self = .spawnFailed
    case .holderFound: self = .holderFound
    case .ready: self = .ready
    case .exited: self = .exited
    case .emptied: self = .emptied
    case .said(_, .alive): self = .saidAlive
    case .said(_, .watchdog): self = .saidWatchdog
    case .said(_, .broken): self = .saidBroken
    case .said(_, .leaving): self = .saidLeaving
    case .said(_, .needsTime): self = .saidNeedsTime
    case .heard: self = .heard
    case .taskClosed: self = .taskClosed
    case .taskReopened: self = .taskReopened
    case .taskVanished: self = .taskVanished
    case .tombstoned: self = .tombstoned
    case .tombstoneFailed: self = .tombstoneFailed
    case .tombstoneRemoved: self = .tombstoneRemoved
    case .deadline: self = .deadline
    case .startRequested: self = .startRequested
    case .stopRequested: self = .stopRequested
    case .interruptRequested: self = .interruptRequested
    case .resetRequested: self = .resetRequested
    case .restartRequested: self = .restartRequested
    case .archiveRequested: self = .archiveRequested
    case .restoreRequested: self = .restoreRequested
    case .shutdownRequested: self = .shutdownRequested
    case .refused: self = .refused
    case .spared: self = .spared
    }
  }
}
