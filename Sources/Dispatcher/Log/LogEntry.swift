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
  func line(at timestamp: String) -> String {
    "\(timestamp) [\(level.rawValue)] \(LogEntry.printable(message))\n"
  }

  /// Text from files and programs must not forge lines or drive a terminal.
  static func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
  }
}
