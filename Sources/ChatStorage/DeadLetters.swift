public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// The messages of a chat that were set aside because handlers crashed over them.
public struct DeadLetters: Sendable {
  /// The session's folder.
  public let directory: FilePath

  private let patience: Patience

  public init(directory: FilePath, patience: Patience = .unlimited) {
    self.directory = directory
    self.patience = patience
  }

  public var path: FilePath { directory.appending(ChatFile.deadLetters) }

  /// Appends a message, whole, with the reason and the crashes; on the disk when it returns.
  public func append(
    _ message: ChatMessage, reason: String, crashes: [ChatRecord.Crash]
  ) throws(StorageError) {
    let row: JSONObject = [
      "set_aside_at": .text(Timestamp.rfc3339(Clock.wall)), "reason": .text(reason),
      "crashes": .array(crashes.map(\.value)), "message": .object(message.row),
    ]
    try AppendFile.append(to: path, lock: ChatFile.lock(path), patience: patience) {
      (_) throws(StorageError) in row.encoded()
    }
  }
}
