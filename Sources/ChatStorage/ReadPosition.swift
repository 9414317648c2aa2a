internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// How far a growing file of messages was read, and which file that was.
///
/// A value of a few words without any buffer: thousands of resting chats have two each.
struct ReadPosition: Equatable {
  /// What has to be read of one file, for one refresh.
  struct Allowance {
    /// Bytes of rows that may still be taken; at least one row is taken all the same.
    var budget: Int
    /// Bytes that the kernel was asked for.
    var bytesRead: Int64 = 0
  }

  enum Change { case none, grown, replaced }
  enum Outcome { case reachedEnd, budgetSpent, replaced }

  /// Zero before the file was met.
  var inode: UInt64 = 0
  /// The first byte not read yet: the start of a row.
  var offset: Int64 = 0
  /// The id of the last message met.
  var lastID: UInt64 = 0
  /// Stands for that message: ids are given again after rows were lost, request ids are not.
  var lastRequest: UInt64 = 0
  /// The last row that was read had its newline.
  ///
  /// One that has none counts when it is whole.
  var endsInNewline = true
  /// The start of a row that is not whole, at the end of the file as it was last seen.
  private(set) var tornTail: Int64?
  /// The size when the end was reached; -1 while there is more to read.
  private var sizeAtEnd: Int64 = -1

  /// What a checkpoint keeps: what was read, not how the file looked.
  var forCheckpoint: ReadPosition {
    ReadPosition(inode: inode, offset: offset, lastID: lastID, lastRequest: lastRequest)
  }

  init() {}

  init(inode: UInt64, offset: Int64, lastID: UInt64, lastRequest: UInt64) {
    (self.inode, self.offset, self.lastID) = (inode, offset, lastID)
    self.lastRequest = lastRequest
    sizeAtEnd = offset
  }

  /// Whether what was read is not in the file any more.
  ///
  /// Nothing was read of one that was never met: then nothing is looked at.
  func isReplaced(at path: FilePath) throws(StorageError) -> Bool {
    if inode == 0 { return false }
    return try change(of: path) == .replaced
  }

  /// Compares with the file as it is now, without opening it.
  func change(of path: FilePath) throws(StorageError) -> Change {
    let status = try StorageError.about(path) { () throws(Errno) in try FileStatus.of(path) }
    guard let status else { return inode == 0 ? .none : .replaced }
    if inode == 0 { return .grown }
    guard status.inode == inode, status.size >= offset else { return .replaced }
    return status.size == sizeAtEnd ? .none : .grown
  }

  /// Reads rows up to the end of the file or of the allowance.
  mutating func read(
    _ path: FilePath, _ allowance: inout Allowance, visit: (MessageRows, Line) -> Void
  ) throws(StorageError) -> Outcome {
    guard let (file, status) = try RegularFile.openWithStatus(path) else { return .replaced }
    guard inode == 0 || status.inode == inode, status.size >= offset else { return .replaced }
    inode = status.inode
    // One byte early, to see the newline before the row: without it, somebody rewrote the file.
    let start = endsInNewline && offset > 0 ? offset - 1 : offset
    let chunk = min(Int(min(status.size - start, 1 << 20)) + 1, LineReader.defaultChunk)
    var reader = LineReader(file, from: start, chunk: chunk)
    defer { allowance.bytesRead += reader.bytesRead }
    if start < offset {
      let before = try next(&reader, path)
      guard before?.bytes.isEmpty == true, before?.isTooLong == false else { return .replaced }
    }
    return try readRows(&reader, path, &allowance, visit)
  }

  private mutating func readRows(
    _ reader: inout LineReader, _ path: FilePath, _ allowance: inout Allowance,
    _ visit: (MessageRows, Line) -> Void
  ) throws(StorageError) -> Outcome {
    sizeAtEnd = -1
    tornTail = nil
    while let line = try next(&reader, path) {
      take(MessageRows(line), line, visit)
      allowance.budget -= Int(line.length)
      if allowance.budget <= 0 { return .budgetSpent }
    }
    sizeAtEnd = reader.endOffset
    if let tail = reader.tail { takeTail(tail, visit) }
    return .reachedEnd
  }

  private mutating func takeTail(_ tail: Line, _ visit: (MessageRows, Line) -> Void) {
    sizeAtEnd = tail.endOffset
    let rows = MessageRows(tail)
    if rows.problem == nil { take(rows, tail, visit) } else { tornTail = tail.offset }
  }

  private mutating func take(
    _ rows: MessageRows, _ line: Line, _ visit: (MessageRows, Line) -> Void
  ) {
    visit(rows, line)
    offset = line.endOffset
    endsInNewline = line.isTerminated
    guard let last = rows.messages.last?.message else { return }
    lastID = last.id
    lastRequest = AnsweredRequests.hash(last.requestID)
  }

  private func next(_ reader: inout LineReader, _ path: FilePath) throws(StorageError) -> Line? {
    try StorageError.about(path) { () throws(Errno) in try reader.next() }
  }
}
