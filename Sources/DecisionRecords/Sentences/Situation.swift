public import SupervisionCore

/// What is known of a chat when somebody asks why.
public struct Situation: Sendable {
  public var chat: UInt32
  public var taskID: String
  public var name: String?
  public var state: ChildState.Name
  public var isDispatcherRunning = true
  /// False under `--no-chat-agent`.
  public var startsHandlers = true
  public var pid: Int32?
  public var consumers = 0
  public var pending = 0
  /// When a timer of the chat ends, nanoseconds since 1970.
  public var nextTime: Int64?
  /// When its last failed runs ended, nanoseconds since 1970, oldest first.
  public var crashes: [Int64] = []
  /// How it was archived, in words; nil without a tombstone.
  public var burial: String?
  /// What became of the handler of an archived chat, in words.
  public var ending: String?
  /// Whether the graph has its task.
  public var hasTask = true
  /// The chat's last decisions, oldest first.
  public var rows: [DecisionRow] = []
  /// Nanoseconds since 1970.
  public var now: Int64

  public init(chat: UInt32, taskID: String, state: ChildState.Name, now: Int64) {
    self.chat = chat
    self.taskID = taskID
    self.state = state
    self.now = now
  }
}

extension Situation {
  /// The decision that led to the present state; nil when no record of it is kept.
  var entry: DecisionRow? { rows.last(where: { $0.isChange && $0.to == state }) }

  /// The decision that tells most about the present state: of a wait, the failure before it; of an
  /// end that was asked for, who asked; of an archived chat, why it was archived.
  var reason: DecisionRow? {
    guard let entry else { return rows.last }
    let before = rows.prefix { $0.sequence < entry.sequence }
    if state == .archived { return before.last(where: \.beginsArchive) ?? entry }
    if state == .backoff, entry.clause == .backingOff {
      let setback = before.last { $0.to != .stopping }
      return setback.flatMap { $0.clause.isSetback ? $0 : nil } ?? entry
    }
    return entry.clause == .exitAsked ? asking(before, entry) ?? entry : entry
  }

  /// The decision to end a run.
  private func asking(_ before: ArraySlice<DecisionRow>, _ end: DecisionRow) -> DecisionRow? {
    let asking = before.last { $0.isChange && $0.to == .stopping }
    return asking?.incarnation == end.incarnation && asking?.news != nil ? asking : nil
  }

  /// What happened: of an end, the end itself and not the look at the inbox that follows it.
  var event: ChildEvent? {
    guard let reason else { return nil }
    guard reason.from == .stopping, case .inboxObserved? = reason.event else { return reason.event }
    let end = rows.last {
      $0.sequence < reason.sequence && $0.incarnation == reason.incarnation
    }
    return end?.event ?? reason.event
  }

  /// The last run that ended, as far as the records go.
  var lastEnd: DecisionRow? { rows.last(where: { $0.exit != nil }) }

  /// The numbers that were in force at the last decision.
  var settings: SupervisionSettings {
    for row in rows.reversed() {
      guard let inputs = row.inputs,
        let id = try? DecisionInputs(
          recorded: inputs, of: ChildID(chat))
      else { continue }
      return id.settings
    }
    return UsualSettings.version1
  }
}

extension DecisionRow {
  /// Somebody asked to archive the chat, or its task is closed or gone.
  var beginsArchive: Bool {
    switch clause {
    case .staleTask, .taskClosed: true
    case .archiving: event != .tombstoned
    default: false
    }
  }
}

extension Clause {
  /// Something went wrong, or was too much.
  var isSetback: Bool {
    switch self {
    case .crashed, .unproductive, .startTimeout, .spawnFailed, .spawnDenied, .budgetSpent,
      .outage, .crashLoop:
      true
    default: false
    }
  }
}
