internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The cursor of a conversation, read again only when its file changed.
struct WatchedCursor {
  /// Ids up to this one were dealt with.
  ///
  /// Zero when the cursor does not belong to this inbox.
  private(set) var limit: UInt64 = 0
  private(set) var problem: String?
  private var value: UInt64 = 0
  private var seen: FileStatus?

  /// Compares with the file as it is.
  ///
  /// A cursor beyond the last id of the inbox stems from an inbox that was rotated away, where ids
  /// begin again at 1. Obeying it would hide the new messages.
  mutating func refresh(
    _ directory: FilePath, knownLastID: UInt64, inboxIsGrown: Bool
  ) throws(StorageError) {
    let path = directory.appending(ChatFile.cursor)
    let status = try StorageError.about(path) { () throws(Errno) in try FileStatus.of(path) }
    if status != seen {
      let cursor = Cursor.read(directory)
      (value, problem, seen) = (cursor.value, cursor.problem, status)
    } else if value == limit && !inboxIsGrown {
      return
    }
    if value <= knownLastID {
      limit = value
    } else {
      limit = value <= (inboxIsGrown ? try Self.lastID(directory) : knownLastID) ? value : 0
    }
  }

  /// The id of the last message in the inbox as it is now.
  private static func lastID(_ directory: FilePath) throws(StorageError) -> UInt64 {
    let log = MessageLog(directory: directory, .inbox)
    return try log.last(1).last?.id ?? 0
  }
}
