internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Where the cursor belongs once the merged inbox has its name: on the disk before that happens.
struct MergeIntention {
  let path: FilePath

  /// Durable when it returns.
  func write(_ cursor: UInt64) throws(StorageError) {
    try JSONFile.write(["version": 1, "cursor": .integer(cursor)], to: path)
  }

  /// Nil when none stands, or one that makes no sense.
  func read() throws(StorageError) -> UInt64? {
    do throws(StorageError) {
      return try JSONFile.read(path)?["cursor"]?.uint
    } catch {
      if error.kind == .badData { return nil }
      throw error
    }
  }

  func remove() throws(StorageError) {
    _ = try StorageError.about(path) { () throws(Errno) in try AtomicFile.remove(path) }
  }
}
