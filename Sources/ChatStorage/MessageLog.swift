public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// One of the two files of messages of a chat.
///
/// Any number of processes may append and read at once. Reading takes no lock: a row counts when it is
/// whole. A bad row is skipped and reported; the others count.
public struct MessageLog: Sendable {
  public enum Box: String, Sendable {
    /// What people say.
    case inbox = "inbox.jsonl"
    /// What is answered.
    case outbox = "outbox.jsonl"
  }

  /// The session's folder.
  public let directory: FilePath
  public let box: Box
  /// How long an append waits for other writers.
  public let patience: Patience
  /// The right of a run to write; nil for those who need none.
  private let token: SessionToken?

  public init(
    directory: FilePath, _ box: Box, patience: Patience = .unlimited, token: SessionToken? = nil
  ) {
    self.directory = directory
    self.box = box
    self.patience = patience
    self.token = token
  }

  public var path: FilePath { directory.appending(box.rawValue) }

  /// Appends a message under the next id; it is on the disk when this returns.
  ///
  /// Blocks for the file's lock and for the disk. When it throws, the file is as it was; `replaced`
  /// means that another run of the chat has taken the place of the one whose token this is. The readable
  /// copy in `chat.log` is written too, but not waited for.
  @discardableResult
  public func append(_ message: NewMessage) throws(StorageError) -> ChatMessage {
    var row = JSONObject()
    try RealFolder.check(directory)
    try AppendFile.append(to: path, lock: ChatFile.lock(path), patience: patience) {
      (rows) throws(StorageError) in
      try token?.check()
      row = message.row(id: try nextID(&rows))
      return row.encoded()
    }
    guard let appended = ChatMessage(row: row) else {
      throw StorageError(file: path, kind: .input, reason: "the message cannot be read back")
    }
    copyToLog(appended)
    return appended
  }

  /// The id after that of the last message in the file.
  ///
  /// An inbox that was rotated away starts after the cursor, which would hide smaller ids.
  private func nextID(_ rows: inout BackwardLineReader) throws(StorageError) -> UInt64 {
    let last = try lastMessage(&rows)?.id
    let cursor = box == .inbox ? Cursor.read(directory).value : 0
    if let last, cursor > last { try Cursor.reset(directory) }
    let (next, overflow) = (last ?? cursor).addingReportingOverflow(1)
    if overflow {
      throw StorageError(file: path, kind: .badData, reason: "the last id is the largest there is")
    }
    return next
  }

  private func lastMessage(_ rows: inout BackwardLineReader) throws(StorageError) -> ChatMessage? {
    while let line = try nextLine(&rows) {
      if let found = MessageRows(line).messages.last { return found.message }
    }
    return nil
  }

  private func nextLine(_ rows: inout BackwardLineReader) throws(StorageError) -> Line? {
    try StorageError.about(path) { () throws(Errno) in try rows.next() }
  }

  private func copyToLog(_ message: ChatMessage) {
    let text = message.fullResponse ?? message.content
    let entry = "[\(message.timestamp)] \(message.role.name): \(text)\n\n"
    // For people's eyes only; the row above is what counts.
    try? RegularFile.openForAppending(directory.appending(ChatFile.log)).writeAll(Array(entry.utf8))
  }
}

extension MessageLog {
  /// The offset behind the last row that ends in a newline; 0 when there is none.
  public func end() throws(StorageError) -> Int64 {
    guard let file = try RegularFile.openForReading(path) else { return 0 }
    return try StorageError.about(path) { () throws(Errno) in
      var rows = try BackwardLineReader(file)
      guard let line = try rows.next() else { return 0 }
      return line.isTerminated ? line.offset + line.length : line.offset
    }
  }

  /// The last messages, oldest first.
  ///
  /// Reads no more of the file than that takes.
  /// - Parameter end: only those before this offset, which should be the end of a row.
  public func last(
    _ count: Int, before end: Int64? = nil, report: (Problem) -> Void = { _ in }
  ) throws(StorageError) -> [ChatMessage] {
    guard count > 0, let file = try RegularFile.openForReading(path) else { return [] }
    var rows = try StorageError.about(path) { () throws(Errno) in
      try BackwardLineReader(file, end: end)
    }
    var messages: [ChatMessage] = []
    while messages.count < count, let line = try nextLine(&rows) {
      let found = MessageRows(line)
      messages += found.messages.reversed().map(\.message)
      if let reason = found.problem { report(problem(line, reason)) }
    }
    return messages.prefix(count).reversed()
  }

  /// Gives every message from an offset on, in file order; answers the offset to go on from later.
  ///
  /// A missing file has no messages. Holds one row at a time. A row that is being written is left for
  /// later; it is reported only as a problem, which need not last.
  @discardableResult
  public func forEach(
    from offset: Int64 = 0, report: (Problem) -> Void = { _ in },
    _ body: (ChatMessage) throws(StorageError) -> Void
  ) throws(StorageError) -> Int64 {
    guard let file = try RegularFile.openForReading(path) else { return offset }
    var reader = LineReader(file, from: offset)
    while let line = try StorageError.about(path, { () throws(Errno) in try reader.next() }) {
      try give(line, report, body)
    }
    guard let tail = reader.tail else { return reader.endOffset }
    if MessageRows(tail).problem != nil {
      report(problem(tail, "the last row is torn or still being written; it was skipped"))
      return tail.offset
    }
    try give(tail, report, body)
    return tail.endOffset
  }

  private func give(
    _ line: Line, _ report: (Problem) -> Void, _ body: (ChatMessage) throws(StorageError) -> Void
  ) throws(StorageError) {
    let found = MessageRows(line)
    for found in found.messages { try body(found.message) }
    if let reason = found.problem { report(problem(line, reason)) }
  }

  private func problem(_ line: Line, _ reason: String) -> Problem {
    Problem(file: path, offset: line.offset, reason: reason)
  }
}

extension MessageLog {
  /// Gives the messages from the last one back, until `body` wants no more.
  ///
  /// Bad rows are passed over. Holds one row at a time.
  public func forEachBackward(_ body: (ChatMessage) -> Bool) throws(StorageError) {
    guard let file = try RegularFile.openForReading(path) else { return }
    var rows = try StorageError.about(path) { () throws(Errno) in try BackwardLineReader(file) }
    while let line = try nextLine(&rows) {
      for found in MessageRows(line).messages.reversed() where !body(found.message) { return }
    }
  }
}
