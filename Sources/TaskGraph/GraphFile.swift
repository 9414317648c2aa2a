internal import Glibc
public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// The task graph of a project: one JSON object a line.
///
/// Every program that reads or writes it follows the same rules: writers hold an exclusive
/// `flock(2)` on the lock file from reading to renaming, and replace the file by rename, so that a
/// reader who has opened it has a whole one.
public struct GraphFile: Sendable {
  public let path: FilePath
  /// The file that is locked; it stays empty and is never removed.
  public let lock: FilePath

  public init(path: FilePath, lock: FilePath) {
    self.path = path
    self.lock = lock
  }

  /// Hands every row to `body`, in the order of the file, a row at a time: memory stays bounded.
  ///
  /// Blank lines and `#` comments are skipped; a bad row is reported in the answer and the others
  /// are served. Of several rows with one id the last counts: the caller sees them all. A line that
  /// `filter` keeps out is not parsed, so it is not reported either.
  /// - Throws: `notFound` when there is no graph.
  @discardableResult
  public func forEachRow(
    matching filter: LineFilter = .everything,
    _ body: (TaskRow) throws(StorageError) -> Void
  ) throws(StorageError) -> [Problem] {
    var scan = GraphScan(file: path, source: try openForReading())
    try scan.forEach(matching: filter) { row throws(StorageError) in try body(row.task) }
    return scan.problems
  }

  /// The rows of the chats in the order of the file, the last of those with the same id.
  /// - Throws: `notFound` when there is no graph.
  public func chatRows() throws(StorageError) -> (rows: [ChatRow], problems: [Problem]) {
    var chats = ChatRows()
    var scan = GraphScan(file: path, source: try openForReading())
    try scan.forEach(matching: .chats) { row throws(StorageError) in chats.add(row) }
    return (chats.rows, scan.problems)
  }

  /// The row of one task; nil when there is none.
  ///
  /// Reads the whole file.
  /// - Throws: `notFound` when there is no graph.
  public func task(_ id: String) throws(StorageError) -> TaskRow? {
    var found: TaskRow?
    try forEachRow(matching: .task(id)) { row throws(StorageError) in
      if row.id == id { found = row }
    }
    return found
  }

  /// Opens the file while no well-behaved writer is between its steps, if that can be had at once.
  ///
  /// Going on without the lock is right: what is opened is complete either way. Readers do not keep
  /// it, so a long read holds up no writer.
  func openForReading() throws(StorageError) -> Descriptor {
    let lockFile = try? Descriptor.open(lock, flags: O_RDONLY | O_NONBLOCK)
    let held = lockFile.flatMap { try? FileLock.tryAcquire($0, .shared) }
    return try withExtendedLifetime(held) { () throws(StorageError) in try open() }
  }

  /// Opens the graph, following a symbolic link, and refuses what is no file.
  func open() throws(StorageError) -> Descriptor {
    let file: Descriptor
    let status: FileStatus
    do throws(Errno) {
      file = try Descriptor.open(path, flags: O_RDONLY | O_NONBLOCK, followsLinks: true)
      status = try file.status()
    } catch {
      throw StorageError(error, path)
    }
    guard status.kind == .regular else {
      throw StorageError(file: path, kind: .badData, reason: "the graph must be a regular file")
    }
    try RegularFile.checkSize(of: file, path)
    return file
  }
}
