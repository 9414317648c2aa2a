/// The environment of a program that a handler runs.
enum ProgramEnvironment {
  /// From the handler's own, `NAME=value`: without what is meant for the handler alone, and on a
  /// terminal told that it is one that can do nothing, so that no program draws or pages.
  static func derived(from environment: [String], terminal: Bool) -> [String] {
    let removed = terminal ? handlersOwn + terminalNames : handlersOwn
    let kept = environment.filter { entry in
      !removed.contains { entry.hasPrefix($0 + "=") }
    }
    return terminal ? kept + ["TERM=dumb", "PAGER=cat"] : kept
  }

  /// The talk with the dispatcher: a program that notified it would speak for the handler.
  private static let handlersOwn = [
    "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
    "WG_STOP_TIMEOUT_USEC",
  ]
  private static let terminalNames = ["TERM", "PAGER", "COLUMNS", "LINES"]
}
