public import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The messages of one file from the last to the first, read as far as they are asked for.
///
/// Holds the file open; what is appended later is not seen, and begins at `end`.
public struct MessageHistory {
  /// Where what is appended later begins: an offset for `MessageLog.forEach`.
  public private(set) var end: Int64 = 0
  private let log: MessageLog
  private var rows: BackwardLineReader?
  /// Of a row that holds several, those that were not given yet.
  private var rest: [ChatMessage] = []
  private var isFirst = true

  /// A missing file has no messages.
  public init(_ log: MessageLog) throws(StorageError) {
    self.log = log
    guard let file = try RegularFile.openForReading(log.path) else { return }
    (rows, end) = try StorageError.about(log.path) { () throws(Errno) in
      let size = try file.status().size
      return (try BackwardLineReader(file, end: size), size)
    }
  }

  /// The message before the last one given; nil at the beginning.
  ///
  /// Bad rows are passed over. Blocks for the disk.
  public mutating func next() throws(StorageError) -> ChatMessage? {
    while rest.isEmpty {
      guard let line = try line() else { return nil }
      let found = MessageRows(line)
      rest = found.messages.map(\.message)
      // A last row that is still being written belongs to what comes later.
      if isFirst, !line.isTerminated, found.problem != nil { end = line.offset }
      isFirst = false
    }
    return rest.popLast()
  }

  private mutating func line() throws(StorageError) -> Line? {
    guard var reader = rows else { return nil }
    defer { rows = reader }
    return try StorageError.about(log.path) { () throws(Errno) in try reader.next() }
  }
}
