internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem

/// What an upgrade has come to, for the one who asked.
struct UpgradeAnswer {
  private let state: DispatcherState
  private let now = Clock.monotonic

  /// Of the state that this program has taken over.
  init(_ state: DispatcherState) { self.state = state }

  private var milliseconds: Int64 { max(0, now - state.upgrade.beganAt) / 1_000_000 }

  /// The handlers that went on.
  private var handlers: Int { state.runs.count }

  var payload: JSONObject {
    [
      "status": "upgraded", "pid": .integer(CurrentProcess.pid),
      "program": .text(state.upgrade.program), "version_before": .text(state.upgrade.formerVersion),
      "version": .text(ProgramVersion.current),
      "seconds": .decimal(Double(milliseconds) / 1_000), "chats": .integer(state.chats.count),
      "handlers": .integer(handlers), "connections": .integer(state.connections.count),
    ]
  }

  /// For the log.
  var sentence: String {
    "Upgraded in \(milliseconds) ms from version \(state.upgrade.formerVersion) to "
      + "\(ProgramVersion.current): \(state.chats.count) chats, \(handlers) handlers and "
      + "\(state.connections.count) connections were kept"
  }
}
