internal import LinuxSystem

/// One line of the log, and one entry of the journal.
struct LogEntry {
  enum Level: String {
    case info = "INFO"
    case warning = "WARN"
    case error = "ERROR"

    /// syslog(3).
    var priority: Int {
      switch self {
      case .info: 6
      case .warning: 4
      case .error: 3
      }
    }
  }

  var level: Level
  var event: LogEvent
  /// One sentence without a line break.
  var message: String
  var fields: [(name: String, value: String)] = []

  /// What daemon.log says: scripts look for this shape.
  ///
  /// Text from files and programs forges no line in it.
  func line(at timestamp: String) -> String {
    "\(timestamp) [\(level.rawValue)] \(PrintableText.line(message))\n"
  }
}
