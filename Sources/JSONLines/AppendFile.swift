internal import LinuxSystem
public import SystemPackage

/// Files that grow by whole rows, written by several programs at once.
public enum AppendFile {
  /// Appends one row and returns the offset at which it stands; the row is on the disk then.
  ///
  /// Waits for an exclusive `flock(2)` on the file `lock`. Under it, `makeLine` is given the rows from
  /// the last one on, and answers the new row without a newline. A last row without a newline gets one
  /// first, so that no two rows are glued together. When anything fails, a full disk included, the file
  /// is cut back to what it was. Anything but a regular file is refused.
  @discardableResult
  public static func append(
    to path: FilePath, lock: FilePath, mode: UInt32 = 0o644, patience: Patience = .unlimited,
    makeLine: (inout BackwardLineReader) throws(StorageError) -> [UInt8]
  ) throws(StorageError) -> Int64 {
    let lock = try StorageLock.acquire(lock, patience)
    defer { withExtendedLifetime(lock) {} }
    let file = try RegularFile.openForAppending(path, mode: mode)
    let size = try StorageError.about(path) { () throws(Errno) in try file.status().size }
    let row = try makeRow(file, path, size: size, makeLine)
    try write(row.bytes, to: file, path, size: size)
    return row.offset
  }

  /// Appends rows, without newlines of their own, all of them or none; they are on the disk then.
  ///
  /// Locks, repairs and refuses as the other one does.
  public static func append(
    rows: [[UInt8]], to path: FilePath, lock: FilePath, mode: UInt32 = 0o644,
    patience: Patience = .unlimited
  ) throws(StorageError) {
    guard !rows.isEmpty else { return }
    let lock = try StorageLock.acquire(lock, patience)
    defer { withExtendedLifetime(lock) {} }
    let file = try RegularFile.openForAppending(path, mode: mode)
    let size = try StorageError.about(path) { () throws(Errno) in try file.status().size }
    var bytes: [UInt8] = try endsInNewline(file, path, size: size) ? [] : [0x0A]
    for row in rows { bytes += try checked(row, path) + [0x0A] }
    try write(bytes, to: file, path, size: size)
  }

  private static func checked(
    _ row: [UInt8], _ path: FilePath
  ) throws(StorageError) -> [UInt8] {
    guard row.contains(0x0A) else { return row }
    throw StorageError(file: path, kind: .input, reason: "a row must not contain a newline")
  }

  private static func makeRow(
    _ file: Descriptor, _ path: FilePath, size: Int64,
    _ makeLine: (inout BackwardLineReader) throws(StorageError) -> [UInt8]
  ) throws(StorageError) -> (bytes: [UInt8], offset: Int64) {
    var reader = try StorageError.about(path) { () throws(Errno) in
      try BackwardLineReader(file, end: size)
    }
    let line = try checked(makeLine(&reader), path)
    let repair: [UInt8] = try endsInNewline(file, path, size: size) ? [] : [0x0A]
    return (repair + line + [0x0A], size + Int64(repair.count))
  }

  private static func endsInNewline(
    _ file: Descriptor, _ path: FilePath, size: Int64
  ) throws(StorageError) -> Bool {
    if size == 0 { return true }
    return try StorageError.about(path) { () throws(Errno) in
      try file.read(at: size - 1, count: 1).first == 0x0A
    }
  }

  private static func write(
    _ bytes: [UInt8], to file: Descriptor, _ path: FilePath, size: Int64
  ) throws(StorageError) {
    do throws(Errno) {
      // Before the first row, since whoever finds a row takes the name of the file for durable.
      if size == 0 { try AtomicFile.synchronizeDirectory(path.removingLastComponent()) }
      try file.writeAll(bytes)
      try file.synchronize()
    } catch {
      // The first error is the one to tell; a torn row that stays is skipped by every reader.
      try? file.truncate(to: size)
      throw StorageError(error, path)
    }
  }
}
