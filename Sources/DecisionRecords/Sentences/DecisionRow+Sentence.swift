internal import SupervisionCore

extension DecisionRow {
  /// What log, journal and status say of the decision; nil for what is kept on record and is no news.
  ///
  /// Scripts look for some of these sentences: they do not change their words.
  public var news: String? {
    switch clause {
    case .consumerWaits: "starting a handler (\(run)), a consumer is connected"
    case .messageWaits: "starting a handler (\(run)), \(messages) waiting"
    case .spawned where to == .running: "handler subprocess running (pid \(pidText), \(run))"
    case .spawned: "handler subprocess started (pid \(pidText), \(run))"
    case .ready: "handler subprocess ready (pid \(pidText), \(run))"
    case .adopted: "a live handler holds the session lock (pid \(pidText)), adopted"
    case .endedUnwatched: "the handler (pid \(pidText)) ended while no dispatcher watched"
    case .spawnDenied: "the machine could not start a handler now\(nextText)"
    case .idleTimeout: "idle (no consumer + empty inbox) — stopping the handler, no respawn"
    case .exitAsked where to == .stopping: nil
    case .exitAsked: "handler subprocess exited \(exitText), as asked"
    case .exitedClean: "handler subprocess exited cleanly"
    case .spawnFailed where to == .stopping: nil
    case .watchdogTimeout where to == .stopping:
      "gave no sign of life within its watchdog's time (pid \(pidText)), SIGABRT to the process group"
    case .crashed, .unproductive, .startTimeout, .spawnFailed, .watchdogTimeout:
      "handler subprocess \(failure) (failure \(failures))"
    case .backingOff where to == .backoff: "next start\(nextText)"
    case .budgetSpent: "started too often lately, next start\(nextText)"
    case .outage: "failed like others, one of them tries, next look\(nextText)"
    case .outageBegan: "several chats failed alike (\(exitText)), from now on one of them tries"
    case .outageOver: "does well again, and those that failed alike may start"
    case .crashLoop:
      "\(failures) failed runs (last \(exitText)), parked — `wg chat reset \(chat)` tries again"
    case .parkedOver: "new demand ends the parking"
    case .poisonMessage: "the first waiting message ended every run, set aside"
    case .stopTimeout: "did not end in time, SIGKILL to the process group"
    case .leaving: "handler subprocess says that it is stopping (pid \(pidText))"
    case .extended:
      "handler subprocess asks for more time (pid \(pidText))\(grantText)"
    case .survived: "still there after SIGKILL (pid \(pidText))"
    case .leftovers: "handler subprocess exited \(exitText), ending what it left behind"
    case .operatorStart: "started by request"
    case .operatorStop: "stopped by request, messages will queue"
    case .operatorReset: "crash history cleared by request"
    case .interrupted: "turn interrupted by request"
    case .swapped: "restarting with a new specification"
    case .staleTask: "no task .chat-\(chat) in the graph, archiving itself (no respawn)"
    case .taskClosed: "task is closed in the graph, no respawn"
    case .taskReopened: "task is open again in the graph"
    case .archiving where to == .stopping: "archived: ending the handler (pid \(pidText))"
    case .archiving: "archiving: the tombstone comes first"
    case .archived where from != .archived: "chat task .chat-\(chat) is archived, no respawn"
    case .archiveFailed: "the tombstone could not be written, nothing was changed"
    case .restored where from == .archived: "restored"
    case .shutdown: "dispatcher shutdown, stopping the handler"
    case .noDemand, .backingOff, .nothingToInterrupt, .archived, .alreadyArchived, .restored,
      .refused, .spared:
      nil
    }
  }

  /// The same for every decision.
  public var sentence: String { news ?? quietSentence }

  private var quietSentence: String {
    switch clause {
    case .noDemand: "nobody listens and nothing waits any more, no start"
    case .backingOff: "the delay has passed, and a handler is still wanted"
    case .nothingToInterrupt: "asked to interrupt, and no handler runs"
    case .archived: "is archived"
    case .alreadyArchived: "asked to archive, and is archived already"
    case .restored: "asked to restore, and the tombstone goes first"
    case .refused: "\(refusal) refused, the chat is archived"
    case .spared: "passed over by a purge: \(exception)"
    case .exitAsked: "handler subprocess exited \(exitText)"
    case .spawnFailed: "the program could not be started"
    default: clause.rawValue
    }
  }

  private var failure: String {
    switch clause {
    case .unproductive: "exited cleanly, having answered nothing"
    case .startTimeout: "was not ready in time"
    case .watchdogTimeout: "hung, exited \(exitText)"
    case .spawnFailed: "could not be started"
    default: "exited \(exitText)"
    }
  }

  private var run: String { incarnation.map { "run \($0)" } ?? "no run" }

  private var messages: String { Words.count(pending, "message") }

  private var pidText: String { pid.map(String.init) ?? "unknown" }

  private var exitText: String { exit?.sentence ?? "with unknown status" }

  private var refusal: String {
    guard case .refused(let request) = event else { return "a request" }
    return request == .message ? "a message" : "`\(request.rawValue)`"
  }

  private var exception: String {
    guard case .spared(let exception) = event else { return "left as it was" }
    return exception.rawValue
  }

  private var grantText: String {
    nextText.isEmpty ? "" : ", it is ended\(nextText) unless it asks again"
  }

  private var nextText: String {
    guard let next else { return "" }
    let milliseconds = max(0, next / 1_000_000)
    return " in \(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst()) s"
  }
}
