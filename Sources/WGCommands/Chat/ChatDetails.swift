internal import ControlProtocol
internal import Terminal

/// A chat for people, in full.
enum ChatDetails {
  static func lines(_ chat: ChatStatus) -> [String] {
    var facts: [(String, String)] = [
      ("Chat", chat.taskID), ("Title", chat.title), ("State", state(chat)),
      ("Handler", handler(chat)), ("Incarnation", "\(chat.incarnation)"),
      ("Restarts", "\(chat.restarts)"), ("Consumers", "\(chat.consumers)"),
      ("Pending", "\(chat.pending)"),
    ]
    let optional = [
      ("Next event", chat.nextEventAt), ("Says", chat.handlerStatus), ("Last exit", chat.lastExit),
      ("Archived", chat.purgedAt), ("Session", chat.session), ("Memory", memory(chat.resources)),
      ("Tasks", tasks(chat.resources)), ("Group", chat.resources?.controlGroup),
    ]
    facts += optional.compactMap { name, value in value.map { (name, $0) } }
    return facts.map(line)
  }

  /// What became of the handler of an archived chat.
  static func ending(_ sentence: String?) -> [String] {
    sentence.map { [line("Ended", $0)] } ?? []
  }

  private static func line(_ name: String, _ value: String) -> String {
    name + ":" + String(repeating: " ", count: max(1, 13 - name.count)) + SafeText.line(value)
  }

  /// The last lines of what a handler wrote; nothing when there is none.
  static func output(_ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["Last output:"] + lines.map { "  " + SafeText.line($0) }
  }

  private static func memory(_ resources: ChatResources?) -> String? {
    guard let now = resources?.memory else { return nil }
    let bounds = [
      ("peak", resources?.memoryPeak), ("high", resources?.memoryHigh),
      ("max", resources?.memoryMax),
    ].compactMap { name, bytes in bytes.map { "\(name) \(ByteCount($0))" } }
    return "\(ByteCount(now))" + (bounds.isEmpty ? "" : " (\(bounds.joined(separator: ", ")))")
  }

  private static func tasks(_ resources: ChatResources?) -> String? {
    guard let now = resources?.tasks else { return nil }
    return "\(now)" + (resources?.tasksMax.map { " (max \($0))" } ?? "")
  }

  static func state(_ chat: ChatStatus) -> String {
    let pid = chat.pid.map { ", PID \($0)" } ?? ""
    return "\(chat.state.rawValue) (\(chat.state.coarse.rawValue)\(pid))"
  }

  private static func handler(_ chat: ChatStatus) -> String {
    chat.model.map { "\(chat.handler), model \($0)" } ?? chat.handler
  }
}
