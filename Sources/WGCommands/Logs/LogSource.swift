internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Where the lines that somebody asked for are, and the last of them.
struct LogSource {
  enum Place {
    case journal(JournalLog, JournalLog.Tail)
    case file(FilePath)
  }

  var place: Place
  /// Oldest first; nil when there is nothing yet.
  var lines: [String]?
  /// What a person should know of where the lines come from.
  var notes: [String] = []
}

extension LogSource {
  /// Looks where the dispatcher said that it writes: in the journal, and otherwise in the files.
  ///
  /// - Throws: `notPermitted` where the journal has it and may not be read.
  static func find(
    _ subject: LogSubject, last count: Int, ofLastRun: Bool = false, in project: Project
  ) throws -> LogSource {
    let places = try? LogPlaces.read(project.layout)
    guard subject.isInJournal(places) else { return try file(subject, count, project) }
    let journal = JournalLog(
      subject: subject, project: project.layout.root, folder: project.context.journalFolder)
    let tail: JournalLog.Tail
    do throws(Errno) {
      tail = try journal.tail(count, ofLastRun: ofLastRun)
    } catch {
      return try instead(
        "the journal cannot be read: \(error)", .failed, subject, count, project, places)
    }
    if !tail.lines.isEmpty { return found(journal, tail, project) }
    if !journal.isPartlyHidden { return try empty(journal, tail, count, project) }
    return try instead(
      "the journal may not be read by this user", .notPermitted, subject, count, project, places)
  }

  private static func file(
    _ subject: LogSubject, _ count: Int, _ project: Project
  ) throws -> LogSource {
    let path = subject.file(in: project.layout)
    return LogSource(place: .file(path), lines: try LogTail.lines(of: path, last: count))
  }

  private static func found(
    _ journal: JournalLog, _ tail: JournalLog.Tail, _ project: Project
  ) -> LogSource {
    var source = LogSource(place: .journal(journal, tail), lines: tail.lines)
    let path = journal.subject.file(in: project.layout)
    if case .handlers = journal.subject, (try? FileStatus.of(path))?.kind == .regular {
      source.notes.append("\(path) has output of runs that the journal was not there for")
    }
    return source
  }

  /// The journal has nothing, and nothing is hidden: perhaps it was cut since.
  private static func empty(
    _ journal: JournalLog, _ tail: JournalLog.Tail, _ count: Int, _ project: Project
  ) throws -> LogSource {
    let file = try file(journal.subject, count, project)
    if file.lines != nil { return file }
    return LogSource(place: .journal(journal, tail), lines: nil)
  }

  /// The file, saying so where it has less.
  private static func instead(
    _ reason: String, _ code: ControlError.Code, _ subject: LogSubject, _ count: Int,
    _ project: Project, _ places: LogPlaces?
  ) throws -> LogSource {
    var source = try file(subject, count, project)
    if subject.hasCompleteFile(places) { return source }
    guard source.lines != nil else {
      throw ControlError(
        code, reason,
        hint: "the groups systemd-journal and adm may read it, see wg-journal-fields(7)"
      )
    }
    source.notes.append("\(reason); this is from \(subject.file(in: project.layout))")
    return source
  }
}
