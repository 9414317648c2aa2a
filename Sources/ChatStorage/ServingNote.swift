public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// `.serving`: the message that a handler began with last.
///
/// A run that finds the first pending message in it knows that an earlier one began with it and came
/// to no end. Replaced by a rename and never synced: only a process has to die for it to matter, and
/// a power cut at worst lets a message go without the mark. It stays when the message is answered;
/// that message is never pending again.
public struct ServingNote: Equatable, Sendable {
  public let message: UInt64
  public let requestID: String
  /// The run, where the handler knows its number.
  public let incarnation: UInt64?

  public init(message: UInt64, requestID: String, incarnation: UInt64?) {
    self.message = message
    self.requestID = requestID
    self.incarnation = incarnation
  }

  /// Whether it is about this message.
  public func names(_ pending: PendingMessage) -> Bool {
    message == pending.id && requestID == pending.requestID
  }

  /// The note of a chat; nil when there is none, or it cannot be read: it is a mark, no more.
  public static func read(_ directory: FilePath) -> ServingNote? {
    guard let row = try? JSONFile.read(directory.appending(ChatFile.serving)),
      let message = row["message"]?.uint, let requestID = row["request_id"]?.string
    else { return nil }
    return ServingNote(
      message: message, requestID: requestID, incarnation: row["incarnation"]?.uint)
  }

  /// Replaces the note of a chat.
  public func write(_ directory: FilePath) throws(StorageError) {
    var row: JSONObject = ["message": .integer(message), "request_id": .text(requestID)]
    if let incarnation { row["incarnation"] = .integer(incarnation) }
    try JSONFile.write(row, to: directory.appending(ChatFile.serving), durability: .atomic)
  }
}
