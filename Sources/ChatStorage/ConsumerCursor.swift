public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// The id of the last answer that somebody has read: `.cursor` in a session's folder.
public enum ConsumerCursor {
  /// Zero when there is none, or when the file makes no sense.
  public static func read(_ directory: FilePath) -> UInt64 {
    Cursor.read(directory, ChatFile.consumerCursor).value
  }

  /// Notes that everything up to this answer was read.
  ///
  /// Atomic, not durable: what was read before a power cut may count as new.
  public static func write(_ id: UInt64, _ directory: FilePath) throws(StorageError) {
    try Cursor.write(id, directory, ChatFile.consumerCursor)
  }

  /// How many answers come after the cursor.
  ///
  /// Ids count up by one. A cursor beyond the last answer stems from an outbox that was rotated away.
  public static func unread(cursor: UInt64, lastAnswer: UInt64) -> UInt64 {
    cursor <= lastAnswer ? lastAnswer - cursor : lastAnswer
  }
}
