internal import ControlProtocol
internal import LinuxSystem

/// What a person who talks to a chat should know of it, in one line.
struct ChatSituation {
  let status: ChatStatus
  let isConnected: Bool

  /// Nil when there is nothing to wait for.
  ///
  /// - Parameter now: nanoseconds since 1970.
  func sentence(now: Int64) -> String? {
    guard isConnected || status.state == .archived else {
      return "no dispatcher; messages are kept, and it is tried again (`wg service start`)"
    }
    switch status.state {
    case .running: return status.handlerStatus
    case .resting: return "no handler runs"
    case .starting: return "the handler is starting"
    case .stopping: return "the handler is ending"
    case .backoff: return "the handler failed\(lastExit); next try \(nextTry(now))"
    case .parked:
      return "parked after crashes\(lastExit); `wg chat reset \(status.chatID)` lets it start"
    case .down: return "stopped; `wg chat start \(status.chatID)` lets it answer"
    case .archived: return "archived; `wg chat restore \(status.chatID)` brings it back"
    }
  }

  private var lastExit: String { status.lastExit.map { " (\($0))" } ?? "" }

  /// By the clock, and how far that is: nobody has to count.
  private func nextTry(_ now: Int64) -> String {
    guard let time = status.nextEventAt.flatMap(Timestamp.parse) else { return "soon" }
    return "at \(Timestamp.localTime(time)), in \(Amount.age(time - now))"
  }
}
