internal import DecisionRecords
internal import SupervisionCore

/// Which entry of the log a decision makes; its sentence is that of the records.
struct DecisionSentence {
  let row: DecisionRow
  /// The leader's process id, where there is one.
  let pid: Int32?

  /// Nil for decisions that are kept on record but are no news.
  var entry: LogEntry? {
    guard let text = row.news else { return nil }
    let (level, event) = kind
    return LogEntry(
      level: level, event: event, message: "Coordinator-\(row.chat): \(text)", fields: fields)
  }

  private var kind: (LogEntry.Level, LogEvent) {
    switch row.clause {
    case .consumerWaits, .messageWaits: (.info, .chatSpawned)
    case .spawned where row.to == .running: (.info, .chatReady)
    case .spawned: (.info, .chatSpawned)
    case .ready: (.info, .chatReady)
    case .adopted, .endedUnwatched: (.info, .chatAdopted)
    case .spawnDenied: (.warning, .chatSpawnFailed)
    case .idleTimeout: (.info, .chatIdle)
    case .exitAsked, .exitedClean: (.info, .chatExited)
    case .crashed, .unproductive, .startTimeout, .spawnFailed: (.warning, .chatExited)
    case .noDemand, .backingOff, .budgetSpent, .outage: (.info, .chatRespawnScheduled)
    case .outageBegan: (.warning, .outageBegan)
    case .outageOver: (.info, .outageOver)
    case .crashLoop: (.error, .chatParked)
    case .parkedOver, .operatorReset: (.info, .chatReset)
    case .poisonMessage: (.error, .chatMessageSetAside)
    case .stopTimeout: (.warning, .chatKilled)
    case .watchdogTimeout where row.to == .stopping: (.warning, .chatWatchdog)
    case .watchdogTimeout: (.warning, .chatExited)
    case .leaving: (.info, .chatStopping)
    case .extended: (.info, .chatExtended)
    case .survived: (.error, .chatSurvived)
    case .leftovers, .swapped, .archiving, .shutdown: (.info, .chatStopping)
    case .operatorStart, .taskReopened: (.info, .chatStarted)
    case .operatorStop: (.info, .chatStopped)
    case .interrupted, .nothingToInterrupt: (.info, .chatInterrupted)
    case .staleTask: (.warning, .chatSelfArchived)
    case .taskClosed: (.info, .chatClosed)
    case .archived, .alreadyArchived, .spared, .refused: (.info, .chatPurged)
    case .archiveFailed: (.error, .storageProblem)
    case .restored: (.info, .chatRestored)
    }
  }

  private var fields: [(name: String, value: String)] {
    var fields = [
      (name: "WG_CHAT", value: ".chat-\(row.chat)"),
      (name: "WG_CHAT_ID", value: String(row.chat)),
      (name: "WG_REASON", value: row.clause.rawValue),
      (name: "WG_RESTARTS", value: String(row.failures)),
    ]
    if let incarnation = row.incarnation {
      fields.append((name: "WG_INCARNATION", value: String(incarnation)))
    }
    if let pid { fields.append((name: "OBJECT_PID", value: String(pid))) }
    if let next = row.next { fields.append((name: "WG_DELAY_USEC", value: String(next / 1000))) }
    if let exit = row.exit { fields += exit.journalFields }
    return fields
  }
}

extension SupervisionCore.ExitStatus {
  var journalFields: [(name: String, value: String)] {
    switch self {
    case .exited(let code):
      [(name: "EXIT_CODE", value: "exited"), (name: "EXIT_STATUS", value: String(code))]
    case .signaled(let signal):
      [(name: "EXIT_CODE", value: "killed"), (name: "EXIT_STATUS", value: String(signal))]
    case .unknown, .neverStarted: []
    }
  }
}
