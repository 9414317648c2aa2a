internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// A project's log, or the output of a chat's handlers, in the journal.
struct JournalLog {
  let subject: LogSubject
  /// The project's `.wg`.
  let project: FilePath
  /// Where the journal's files are; this machine's own when nil.
  let folder: FilePath?

  /// What was found at the end of the journal.
  struct Tail {
    /// Oldest first.
    var lines: [String] = []
    /// Where the journal ended then; nil for an empty one.
    fileprivate var end: String?
    fileprivate var known: JournalLines
  }

  /// The journal is the system's, not the project's: root reads it as root, and writes nothing.
  private func open() throws(Errno) -> JournalReader {
    FileIdentity.resume()
    return try JournalReader.open(folder: folder)
  }

  /// The last lines, of all runs or of the last one.
  ///
  /// Root reads the journal as root: the user as whom it works on the project's files may not.
  func tail(_ count: Int, ofLastRun: Bool = false) throws(Errno) -> Tail {
    FileIdentity.resume()
    defer { try? ProjectOwnership.assume(of: project) }
    var known = JournalLines(subject, of: project)
    try known.findStreams(open)
    if ofLastRun { known.keepLastStream() }
    let reader = try open()
    try known.narrow(reader)
    try reader.seekTail()
    var tail = Tail(known: known)
    while tail.lines.count < count, try reader.previous() {
      if tail.end == nil { tail.end = reader.cursor }
      if let line = known.line(reader) { tail.lines.append(line) }
    }
    if tail.end == nil, try reader.previous() { tail.end = reader.cursor }
    tail.lines.reverse()
    return tail
  }

  /// Calls with each line that comes after a tail, and waits for more; returns only by throwing.
  func follow(
    _ tail: Tail, _ body: (String) throws(Errno) -> Void
  ) throws(Errno) -> Never {
    FileIdentity.resume()
    var known = tail.known
    let reader = try open()
    try known.narrow(reader)
    if let end = tail.end {
      try reader.seek(to: end)
      // The entry itself was part of the tail.
      _ = try reader.next()
    }
    while true {
      while try reader.next() {
        if let line = known.line(reader) { try body(line) }
      }
      try reader.wait()
    }
  }

  /// Whether there are files of the journal that this user may not read; root may read them all.
  var isPartlyHidden: Bool {
    FileIdentity.resume()
    defer { try? ProjectOwnership.assume(of: project) }
    return JournalFiles.hideSomething(in: folder.map { [$0] } ?? JournalFiles.folders())
  }
}
