internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// Writes each entry to `daemon.log`, to the journal, or to both.
///
/// A log that cannot be written loses lines, never the dispatcher. What happens over and over is
/// bounded, see `EntryLimiter`.
final class DispatcherLog {
  private let file: LogFile
  private let project: String
  private let outlet: JournalOutlet?
  private let writesFile: Bool
  private var limiter = EntryLimiter()

  /// Without a journal everything goes to the file.
  init(
    path: FilePath, project: String, journal: Journal?, target: LogPlaces.Entries = .both,
    limit: Int64 = 10 * 1024 * 1024
  ) {
    let file = LogFile(path, limit: limit)
    self.file = file
    self.project = project
    writesFile = target != .journal || journal == nil
    outlet = journal.flatMap { journal in
      target == .file
        ? nil
        : JournalOutlet(journal) { lost in
          JournalEntry(.loss(of: lost), project: project)
        }
    }
    if !writesFile { outlet?.onLoss = file.append }
  }

  /// Where the entries really go.
  var target: LogPlaces.Entries { outlet == nil ? .file : writesFile ? .both : .journal }

  /// Whether the journal does not keep up with what it is sent.
  var isJournalStuck: Bool { outlet?.isStuck ?? false }

  /// From now on what the journal has no room for is sent by the loop.
  func attach(to loop: EventLoop) { outlet?.attach(to: loop) }

  func write(_ entry: LogEntry) {
    let now = Clock.monotonic
    tellSuppressed(limiter.takeDue(at: now))
    if entry.event.isEvidence || limiter.admits(entry.kind, at: now) { put(entry) }
  }

  /// When there is something to tell of entries that were left out.
  var dueAt: Int64? { limiter.nextDue }

  func tellSuppressedWhenDue() {
    if let dueAt, dueAt <= Clock.monotonic { tellSuppressed(limiter.takeDue(at: Clock.monotonic)) }
  }

  /// Tells what is still to be told, as far as it is taken now: another program goes on.
  func handOver() {
    tellSuppressed(limiter.takeAll())
    outlet?.flush()
  }

  /// Tells what is still to be told.
  func close() {
    tellSuppressed(limiter.takeAll())
    outlet?.close()
  }

  private func tellSuppressed(_ summaries: [EntryLimiter.Summary]) {
    for summary in summaries { put(.summary(summary)) }
  }

  private func put(_ entry: LogEntry) {
    let line = entry.line(at: Timestamp.logLine(Clock.wall))
    if writesFile { file.append(line) }
    outlet?.send(JournalEntry(entry, project: project), line: line)
  }
}

extension JournalEntry {
  /// The fields of wg-journal-fields(7).
  fileprivate init(_ entry: LogEntry, project: String) {
    self.init(
      [
        (name: "MESSAGE", value: entry.message),
        (name: "PRIORITY", value: String(entry.level.priority)),
        (name: "MESSAGE_ID", value: entry.event.messageID),
        (name: "SYSLOG_IDENTIFIER", value: "wg-dispatcher"),
        (name: "WG_EVENT", value: entry.event.rawValue),
        (name: "WG_PROJECT", value: project),
      ] + entry.fields)
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

  /// The same about one chat.
  func info(_ event: LogEvent, about chat: ChatID, _ message: String) {
    write(LogEntry(.info, event, about: chat, message))
  }

  func warn(_ event: LogEvent, about chat: ChatID, _ message: String) {
    write(LogEntry(.warning, event, about: chat, message))
  }

  func error(_ event: LogEvent, about chat: ChatID, _ message: String) {
    write(LogEntry(.error, event, about: chat, message))
  }
}
