internal import ControlProtocol
internal import LinuxSystem

/// The dispatcher of a project.
struct DispatcherFacts {
  /// What the one that holds the project says of itself.
  struct Answer: Equatable {
    var pid: Int32
    var version: String?
    var startsHandlers = true
    /// RFC 3339.
    var startedAt: String?
    var keeper: Int32?
    var unwatchedEnds: UnwatchedEnds?
  }

  /// Whether one holds the project's lock.
  var isRunning = false
  var answer: Answer?
  /// Its own, or what it wrote down.
  var pid: Int32?
  /// Why there is no answer.
  var failure: String?
  /// Of `wg` itself.
  var ownVersion = ""
  /// Whether its program was replaced since it started.
  var isOutdated = false
  /// `S`leeping, s`T`opped and so on.
  var state: Character?
  /// By how many nanoseconds the wall clock was set forward since it started; negative for back.
  var clockJump: Int64?
  /// The group that it is in.
  var group: ControlGroupView?
}

extension DispatcherFacts {
  var findings: [Finding] {
    guard isRunning else {
      return [
        .ok(.dispatcher, "no dispatcher runs; messages wait in their inboxes")
      ]
    }
    guard let answer else { return [silent] }
    return state(answer) + [answer.unwatchedEnds.finding]
  }

  private func state(_ answer: Answer) -> [Finding] {
    let found = [version(answer), outdated, stopped, withoutHandlers(answer)].compactMap(\.self)
    return found.isEmpty
      ? [
        .ok(.dispatcher, "a dispatcher runs (\(Self.description(answer)))")
      ]
      : found
  }

  private static func description(_ answer: Answer) -> String {
    let process = "pid \(answer.pid), version \(answer.version ?? "?")"
    guard let keeper = answer.keeper else { return process }
    return process + ", keeper \(keeper)"
  }

  private var silent: Finding {
    if let stopped { return stopped }
    return .problem(
      .dispatcher, "a dispatcher holds the project and does not answer: \(failure ?? "no reason")",
      meaning: "it is starting, stopping or stuck; nothing else can serve the chats meanwhile",
      advice: "see `wg service logs`; if it stays so, kill the process that has "
        + "service/dispatcher.lock open")
  }

  private func version(_ answer: Answer) -> Finding? {
    guard answer.version != ownVersion else { return nil }
    return .warning(
      .dispatcher, "the dispatcher is version \(answer.version ?? "?"), and `wg` is \(ownVersion)",
      meaning: "what one of them does not know of the other is refused",
      advice: "wg service restart")
  }

  private var outdated: Finding? {
    guard isOutdated else { return nil }
    return .note(
      .dispatcher, "the program of the running dispatcher was replaced since it started",
      meaning: "it goes on as it was", advice: "wg service restart")
  }

  private var stopped: Finding? {
    guard state == "T" || state == "t" else { return nil }
    return .problem(
      .dispatcher, "the dispatcher is stopped, by a signal or a debugger",
      meaning: "nothing is decided while it stands still",
      advice: "kill -CONT \(pid.map(String.init) ?? "its pid")")
  }

  private func withoutHandlers(_ answer: Answer) -> Finding? {
    guard !answer.startsHandlers else { return nil }
    return .note(
      .dispatcher, "the dispatcher runs with --no-chat-agent", meaning: "it starts no handlers",
      advice: "wg service stop, then wg service start")
  }
}
