/// Which variables a handler's table may set.
enum VariableNames {
  /// Why a variable cannot be set; nil when it can.
  static func objection(to name: String) -> String? {
    let isName =
      name.utf8.allSatisfy(isLetterOrDigit) && name.utf8.first.map { !isDigit($0) } == true
    guard isName else {
      return "`\(name)` is no name of a variable: letters, digits and _ are understood"
    }
    if Secrets.isNamed(name) { return Secrets.advice(name) }
    if name.hasPrefix("WG_") || reserved.contains(name) {
      return "\(name) is what the dispatcher tells every handler; it cannot be set"
    }
    return nil
  }

  private static let reserved: Set<String> = [
    "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID",
    "LISTEN_FDNAMES", "CREDENTIALS_DIRECTORY",
  ]

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
  }
}

/// What must not stand in a file that is shown, copied and committed.
enum Secrets {
  private static let words = ["key", "token", "secret", "password", "passwd", "credential"]

  /// Whether something of this name is a secret itself, rather than the file it is in.
  static func isNamed(_ name: String) -> Bool {
    let parts = name.lowercased().split { !$0.isLetter }
    guard let last = parts.last else { return false }
    return words.contains { last == $0 || last == "api" + $0 }
  }

  static func advice(_ name: String) -> String {
    "`\(name)` would put a secret into this file; put it into a file that only its owner can read,"
      + " named by key_file, or pass it with LoadCredential=, see wg-handler(7)"
  }
}
