internal import SupervisionCore

extension Situation {
  var subject: String { name.map { "\(taskID) (\($0))" } ?? taskID }

  /// What the state means.
  var headline: String {
    switch state {
    case .resting: "\(subject) rests: no handler runs, and none is wanted."
    case .starting: "\(subject) is starting: its handler is not ready yet."
    case .running: "\(subject) is running\(pid.map { ", pid \($0)" } ?? "")."
    case .stopping: "\(subject) is stopping: its handler is asked to end."
    case .backoff: "\(subject) waits to start again."
    case .parked: "\(subject) is parked: its handlers failed too often."
    case .down: "\(subject) is down: somebody stopped it."
    case .archived: "\(subject) is archived: no handler is started for it."
    }
  }

  /// What happens next without anybody's doing.
  var next: String {
    if state == .archived { return archivedNext }
    if !isDispatcherRunning {
      return pid == nil
        ? "nothing, because no dispatcher runs; `wg service start` begins one"
        : "the handler runs on by itself, because no dispatcher runs"
    }
    switch state {
    case .resting: return restingNext
    case .starting:
      return nextTime == nil
        ? "the process is being made" : "it is ready, or it is stopped\(time(" "))"
    case .running where consumers > 0: return "it runs as long as a consumer is connected"
    case .running: return "it is stopped\(time(" ")) unless somebody connects or writes"
    case .stopping: return stoppingNext
    case .backoff where entry?.clause == .outage:
      return "it looks\(time(" ")) whether the chat that tries does well, or tries itself"
    case .backoff: return "it starts\(time(" ")) if it is still wanted then"
    case .parked: return parkedNext
    case .down: return "nothing; messages queue until it is started"
    case .archived: return archivedNext
    }
  }

  private var restingNext: String {
    guard consumers > 0 || pending > 0 else {
      return "nothing until a consumer connects or a message arrives"
    }
    return startsHandlers
      ? "the inbox is being read, then it starts"
      : "nothing, because the dispatcher was started with --no-chat-agent"
  }

  private var stoppingNext: String {
    switch rows.last?.clause {
    case .stopTimeout: "SIGKILL was sent; what is left is looked at\(time(" "))"
    case .survived: "what SIGKILL did not end is killed again\(time(" "))"
    default:
      nextTime == nil
        ? "the inbox is read, then it is decided what comes next"
        : "what is left gets SIGKILL\(time(" "))"
    }
  }

  private var parkedNext: String {
    if nextTime != nil { return "it starts\(time(" ")), because somebody came or wrote meanwhile" }
    guard let since = entry?.time else { return "nothing until something new is wanted of it" }
    let cap = settings.backoff.cap.nanoseconds
    return since + cap <= now
      ? "it starts when a consumer connects or a message arrives"
      : "it starts at a new consumer or message, not before \(moment(since + cap))"
  }

  private var archivedNext: String {
    burial.map { "nothing; \($0)" } ?? "nothing, because its task is closed in the graph"
  }

  private func time(_ space: String) -> String {
    guard let nextTime else { return "" }
    if nextTime <= now { return "\(space)now" }
    return "\(space)in \(Words.span(nextTime - now)) (\(moment(nextTime)))"
  }

  /// What would change it.
  var changes: [Explanation.Change] {
    if state == .archived { return [archivedChange] }
    var changes = stateChanges
    if !isDispatcherRunning {
      changes.insert(change("wg service start", "starts the dispatcher"), at: 0)
    }
    return changes
  }

  private var stateChanges: [Explanation.Change] {
    switch state {
    case .resting:
      [
        change("wg chat send \(chat) TEXT", "starts it for a message"),
        change("wg chat attach \(chat)", "starts it for a consumer"),
      ]
    case .starting, .running:
      [
        change("wg chat interrupt \(chat)", "ends the present turn"),
        change("wg chat stop \(chat)", "stops it until `wg chat start \(chat)`"),
      ]
    case .stopping: [change("wg chat stop \(chat)", "keeps it from starting again")]
    case .backoff:
      [
        change("wg chat reset \(chat)", "forgets the failures and starts it now"),
        change("wg chat stop \(chat)", "stops it until `wg chat start \(chat)`"),
      ]
    case .parked: [change("wg chat reset \(chat)", "forgets the failures and starts it if wanted")]
    case .down: [change("wg chat start \(chat)", "lets it start when it is wanted")]
    case .archived: []
    }
  }

  private var archivedChange: Explanation.Change {
    hasTask
      ? change("wg chat restore \(chat)", "brings it back")
      : change("wg chat create", "makes a new chat; this one has no task any more")
  }

  private func change(_ command: String, _ effect: String) -> Explanation.Change {
    Explanation.Change(command: command, effect: effect)
  }
}
