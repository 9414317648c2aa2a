internal import Glibc
internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// Writes each entry to `daemon.log`, and to the journal where there is one.
///
/// A log that cannot be written loses lines, never the dispatcher.
final class DispatcherLog {
  private let path: FilePath
  private let limit: Int64
  private let journal: Journal?
  private let project: String
  private var file: Descriptor?

  init(path: FilePath, project: String, journal: Journal?, limit: Int64 = 10 * 1024 * 1024) {
    self.path = path
    self.project = project
    self.journal = journal
    self.limit = limit
    open()
  }

  func write(_ entry: LogEntry) {
    rotateIfFull()
    let line = entry.line(at: Timestamp.logLine(Clock.wall))
    try? file?.writeAll(line.utf8)
    _ = journal?.send(journalFields(entry))
  }

  private func journalFields(_ entry: LogEntry) -> [(name: String, value: String)] {
    [
      (name: "MESSAGE", value: entry.message),
      (name: "PRIORITY", value: String(entry.level.priority)),
      (name: "MESSAGE_ID", value: entry.event.messageID),
      (name: "SYSLOG_IDENTIFIER", value: "wg-dispatcher"),
      (name: "WG_EVENT", value: entry.event.rawValue),
      (name: "WG_PROJECT", value: project),
    ] + entry.fields
  }

  private func open() {
    file = try? Descriptor.open(
      path, flags: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, mode: 0o640)
  }

  /// One backup, as the existing program keeps it.
  private func rotateIfFull() {
    guard let size = try? file?.status().size, size >= limit else { return }
    let backup = path.removingLastComponent().appending("\(path.lastComponent?.string ?? "log").1")
    guard (try? AtomicFile.rename(path, to: backup)) != nil else { return }
    open()
  }
}

extension DispatcherLog {
  func info(_ event: LogEvent, _ message: String) {
    write(LogEntry(level: .info, event: event, message: message))
  }

  func warn(_ event: LogEvent, _ message: String) {
    write(LogEntry(level: .warning, event: event, message: message))
  }

  func error(_ event: LogEvent, _ message: String) {
    write(LogEntry(level: .error, event: event, message: message))
  }
}
