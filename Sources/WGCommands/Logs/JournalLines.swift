internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage
internal import Systemd
internal import Terminal

/// Which entries of the journal are lines of a project's log, and how they read.
///
/// wg-journal-fields(7).
///
/// Any user may send entries with the names and the fields of a project. Those count that journald
/// says to be from the project's owner or from root.
struct JournalLines {
  let subject: LogSubject
  /// The absolute path of the project's `.wg`.
  let project: String
  /// Whose entries count, as the field `_UID` has them.
  private let users: [String]
  /// The streams of the chat's runs in this project that are known, oldest first.
  private(set) var streams: [String] = []

  init(_ subject: LogSubject, of project: FilePath) {
    self.subject = subject
    self.project = project.string
    let owner = try? FileStatus.of(project, followsLinks: true)?.owner
    users = Set([owner, 0].compactMap(\.self)).sorted().map(String.init)
  }

  /// Lets only entries through that may be lines.
  ///
  /// Output of handlers is not asked for its user: it counts by its stream, whose opening is.
  func narrow(_ reader: JournalReader) throws(Errno) {
    try reader.match("SYSLOG_IDENTIFIER", subject.identifier)
    guard subject == .dispatcher else { return }
    try reader.match("WG_PROJECT", project)
    for user in users { try reader.match("_UID", user) }
  }

  /// The line of the entry at the reader's position; nil when it is none.
  ///
  /// Learns of a stream whose opening it meets.
  mutating func line(_ reader: JournalReader) -> String? {
    guard let message = reader.value("MESSAGE") else { return nil }
    guard case .handlers(let chat) = subject else { return Self.logLine(message, reader) }
    guard let stream = reader.value("_STREAM_ID") else { return nil }
    if message == HandlerStream.opening(chat.number, of: project) {
      if isTrusted(reader), !streams.contains(stream) { streams.append(stream) }
      return nil
    }
    return streams.contains(stream) ? message : nil
  }

  private func isTrusted(_ reader: JournalReader) -> Bool {
    reader.value("_UID").map(users.contains) ?? false
  }

  /// As it stands in `daemon.log`.
  private static func logLine(_ message: String, _ reader: JournalReader) -> String {
    let level =
      switch reader.value("PRIORITY") {
      case "0", "1", "2", "3": "ERROR"
      case "4": "WARN"
      default: "INFO"
      }
    return "\(Timestamp.logLine(reader.time ?? 0)) [\(level)] \(SafeText.line(message))"
  }

  /// Finds the streams of all runs: their first lines name the project.
  mutating func findStreams(_ open: () throws(Errno) -> JournalReader) throws(Errno) {
    guard case .handlers(let chat) = subject else { return }
    let reader = try open()
    try narrow(reader)
    try reader.match("MESSAGE", HandlerStream.opening(chat.number, of: project))
    while try reader.next() { _ = line(reader) }
  }

  /// Forgets all runs but the last.
  mutating func keepLastStream() { streams = streams.suffix(1) }
}
