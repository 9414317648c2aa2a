internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Where the cursor belongs once the merged inbox has its name.
///
/// The inode tells whether it got it: any other file in that place is not the one that was meant.
struct MergeIntention: Equatable {
  let cursor: UInt64
  /// Of the merged inbox.
  let inode: UInt64

  /// Durable when it returns.
  func write(to path: FilePath) throws(StorageError) {
    try JSONFile.write(
      ["version": 1, "cursor": .integer(cursor), "inode": .integer(inode)], to: path)
  }

  /// Nil when none stands, or one that makes no sense.
  static func read(_ path: FilePath) throws(StorageError) -> MergeIntention? {
    do throws(StorageError) {
      let object = try JSONFile.read(path)
      guard let cursor = object?["cursor"]?.uint, let inode = object?["inode"]?.uint else {
        return nil
      }
      return MergeIntention(cursor: cursor, inode: inode)
    } catch {
      if error.kind == .badData { return nil }
      throw error
    }
  }
}
