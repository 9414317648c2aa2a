internal import ControlProtocol
internal import SupervisionCore

/// What the dispatcher does, in one line that a person likes to read in `systemctl status`.
struct StatusLine: Equatable {
  /// How many chats are in each state.
  var counts: [ChildState.Name: Int]
  /// The chat that starts again next, and when, on the clock on the wall.
  var nextStart: (chat: UInt32, clock: String)?
  /// Nil as long as it is not known.
  var unwatchedEnds: UnwatchedEnds?

  /// What is alive comes first, what is over last.
  private static let order: [(ChildState.Name, String)] = [
    (.running, "running"), (.starting, "starting"), (.stopping, "stopping"),
    (.resting, "resting"), (.backoff, "in back-off"), (.parked, "parked"), (.down, "stopped"),
  ]

  static func == (left: StatusLine, right: StatusLine) -> Bool { left.text == right.text }

  var text: String {
    unwatchedEnds.map { "\(chats); \(UnwatchedEnds.subject): \($0.sentence)" } ?? chats
  }

  private var chats: String {
    let parts = Self.order.compactMap { name, word in
      count(name) > 0 ? "\(count(name)) \(word)\(name == .backoff ? nextText : "")" : nil
    }
    let archived = count(.archived)
    let past = archived > 0 ? "\(archived) archived" : ""
    if parts.isEmpty { return past.isEmpty ? "No chats" : "No chats (\(past))" }
    let total = Self.order.reduce(0) { $0 + count($1.0) }
    let living = "\(total) chat\(total == 1 ? "" : "s"): " + parts.joined(separator: ", ")
    return past.isEmpty ? living : "\(living) (\(past))"
  }

  /// What is left to wait for while the dispatcher ends.
  static func ending(_ handlers: Int) -> String {
    switch handlers {
    case 0: "Stopping"
    case 1: "Stopping: 1 handler is still to end"
    default: "Stopping: \(handlers) handlers are still to end"
    }
  }

  private func count(_ name: ChildState.Name) -> Int { counts[name] ?? 0 }

  private var nextText: String {
    nextStart.map { " (chat \($0.chat) starts again at \($0.clock))" } ?? ""
  }
}
