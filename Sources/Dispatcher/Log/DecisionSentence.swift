internal import SupervisionCore

/// Turns a decision into the one sentence that log, journal and status show.
struct DecisionSentence {
  let decision: Decision
  /// The leader's process id, where there is one.
  let pid: Int32?

  /// Nil for decisions that are kept on record but are no news.
  var entry: LogEntry? {
    guard let (level, event, text) = news else { return nil }
    return LogEntry(
      level: level, event: event, message: "Coordinator-\(decision.child.number): \(text)",
      fields: fields)
  }

  private var news: (LogEntry.Level, LogEvent, String)? {
    switch decision.clause {
    case .consumerWaits:
      (.info, .chatSpawned, "starting a handler (\(run)), a consumer is connected")
    case .messageWaits:
      (.info, .chatSpawned, "starting a handler (\(run)), \(messages) waiting")
    case .spawned where decision.to == .running:
      (.info, .chatReady, "handler subprocess running (pid \(pidText), \(run))")
    case .spawned: (.info, .chatSpawned, "handler subprocess started (pid \(pidText), \(run))")
    case .ready: (.info, .chatReady, "handler subprocess ready (pid \(pidText), \(run))")
    case .adopted:
      (.info, .chatAdopted, "a live handler holds the session lock (pid \(pidText)), adopted")
    case .spawnDenied:
      (.warning, .chatSpawnFailed, "the machine could not start a handler now\(nextText)")
    case .idleTimeout:
      (.info, .chatIdle, "idle (no consumer + empty inbox) — stopping the handler, no respawn")
    case .exitAsked where decision.to == .stopping: nil
    case .exitAsked: (.info, .chatExited, "handler subprocess exited \(exitText), as asked")
    case .exitedClean: (.info, .chatExited, "handler subprocess exited cleanly")
    case .spawnFailed where decision.to == .stopping: nil
    case .crashed, .unproductive, .startTimeout, .spawnFailed: failure
    case .backingOff where decision.to == .backoff, .budgetSpent:
      (.info, .chatRespawnScheduled, "next start\(nextText)")
    case .crashLoop:
      (
        .error, .chatParked,
        "\(decision.failures) failed runs (last \(exitText)), parked — `wg chat reset "
          + "\(decision.child.number)` tries again"
      )
    case .parkedOver: (.info, .chatReset, "new demand ends the parking")
    case .poisonMessage:
      (.error, .chatMessageSetAside, "the first waiting message ended every run, set aside")
    case .stopTimeout:
      (.warning, .chatKilled, "did not end in time, SIGKILL to the process group")
    case .survived:
      (.error, .chatSurvived, "still there after SIGKILL (pid \(pidText))")
    case .leftovers:
      (.info, .chatStopping, "handler subprocess exited \(exitText), ending what it left behind")
    case .operatorStart: (.info, .chatStarted, "started by request")
    case .operatorStop: (.info, .chatStopped, "stopped by request, messages will queue")
    case .operatorReset: (.info, .chatReset, "crash history cleared by request")
    case .interrupted: (.info, .chatInterrupted, "turn interrupted by request")
    case .swapped: (.info, .chatStopping, "restarting with a new specification")
    case .staleTask:
      (
        .warning, .chatSelfArchived,
        "no task .chat-\(decision.child.number) in the graph, archiving itself (no respawn)"
      )
    case .taskClosed: (.info, .chatClosed, "task is closed in the graph, no respawn")
    case .taskReopened: (.info, .chatStarted, "task is open again in the graph")
    case .archiving where decision.to == .stopping:
      (.info, .chatStopping, "archived: ending the handler (pid \(pidText))")
    case .archiving: (.info, .chatStopping, "archiving: the tombstone comes first")
    case .archived where decision.from != .archived:
      (.info, .chatPurged, "chat task .chat-\(decision.child.number) is archived, no respawn")
    case .archiveFailed:
      (.error, .storageProblem, "the tombstone could not be written, nothing was changed")
    case .restored where decision.from == .archived: (.info, .chatRestored, "restored")
    case .shutdown: (.info, .chatStopping, "dispatcher shutdown, stopping the handler")
    case .noDemand, .backingOff, .nothingToInterrupt, .archived, .alreadyArchived, .restored,
      .refused, .spared:
      nil
    }
  }

  private var failure: (LogEntry.Level, LogEvent, String) {
    let reason =
      switch decision.clause {
      case .unproductive: "exited cleanly, having answered nothing"
      case .startTimeout: "was not ready in time"
      case .spawnFailed: "could not be started"
      default: "exited \(exitText)"
      }
    return (.warning, .chatExited, "handler subprocess \(reason) (failure \(decision.failures))")
  }

  private var run: String { decision.incarnation.map { "run \($0.number)" } ?? "no run" }

  private var messages: String {
    decision.pending == 1 ? "1 message" : "\(decision.pending) messages"
  }

  private var pidText: String { pid.map(String.init) ?? "unknown" }

  private var exitText: String { decision.exit?.sentence ?? "with unknown status" }

  private var nextText: String {
    guard let next = decision.next else { return "" }
    let milliseconds = max(0, (next - decision.at).nanoseconds / 1_000_000)
    return " in \(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst()) s"
  }

  private var fields: [(name: String, value: String)] {
    var fields = [
      (name: "WG_CHAT", value: ".chat-\(decision.child.number)"),
      (name: "WG_CHAT_ID", value: String(decision.child.number)),
      (name: "WG_REASON", value: decision.clause.rawValue),
      (name: "WG_RESTARTS", value: String(decision.failures)),
    ]
    if let incarnation = decision.incarnation {
      fields.append((name: "WG_INCARNATION", value: String(incarnation.number)))
    }
    if let pid { fields.append((name: "OBJECT_PID", value: String(pid))) }
    if let next = decision.next {
      fields.append(
        (name: "WG_DELAY_USEC", value: String((next - decision.at).nanoseconds / 1000)))
    }
    if let exit = decision.exit { fields += exit.journalFields }
    return fields
  }
}

extension ExitStatus {
  /// As it stands in a sentence after "exited".
  var sentence: String {
    switch self {
    case .exited(let code): "code: \(code)"
    case .signaled(let signal): "signal: \(signal)"
    case .unknown: "with unknown status"
    case .neverStarted: "before it started"
    }
  }

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
