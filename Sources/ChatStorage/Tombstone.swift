public import JSONLines
internal import LinuxSystem

/// The mark that a chat was purged, archived or deleted.
///
/// While it stands, nothing starts a handler.
public struct Tombstone: Equatable, Sendable {
  public enum Reason: Equatable, Sendable {
    case purge
    case archive
    case delete
    /// The chat's task is not in the graph.
    case staleID
    /// Something a later version wrote, or nothing that can be read.
    case other(String)
  }

  /// Who set it.
  public struct Author: Equatable, Sendable {
    public var uid: UInt32
    public var pid: Int32
    public var command: String

    public init(uid: UInt32, pid: Int32, command: String) {
      self.uid = uid
      self.pid = pid
      self.command = command
    }
  }

  public let chatID: ChatID
  /// As it was called then: `.chat-N` or `.coordinator-N`.
  public let taskID: String
  public let session: SessionID?
  /// RFC 3339, UTC.
  public let purgedAt: String
  public let reason: Reason
  /// Nil only when the file does not tell.
  public let by: Author?
  /// What was found and done: pids, outcomes.
  public var evidence: JSONObject
  /// False when the file cannot be read as a tombstone.
  ///
  /// It counts all the same.
  public let isIntact: Bool
  /// All members of the file, those that are unknown here included.
  private let row: JSONObject

  /// `purgedAt` is now when nil; `taskID` is `.chat-N` when nil.
  public init(
    chatID: ChatID, taskID: String? = nil, session: SessionID?, reason: Reason, by: Author,
    purgedAt: String? = nil, evidence: JSONObject = [:]
  ) {
    self.chatID = chatID
    self.taskID = taskID ?? chatID.taskID
    self.session = session
    self.reason = reason
    self.by = by
    self.purgedAt = purgedAt ?? Timestamp.rfc3339(Clock.wall)
    self.evidence = evidence
    isIntact = true
    row = [:]
  }

  /// Reads a file's object; nil when it is no tombstone of this chat.
  init?(_ row: JSONObject, of chat: ChatID) {
    guard row["chat_id"]?.uint == UInt64(chat.number), let purgedAt = row["purged_at"]?.string
    else {
      return nil
    }
    chatID = chat
    taskID = row["task_id"]?.string ?? chat.taskID
    session = row["session"]?.string.flatMap { SessionID($0) }
    self.purgedAt = purgedAt
    reason = Reason(row["reason"]?.string ?? "")
    by = row["by"].flatMap { Author($0) }
    evidence = row["evidence"]?.object ?? [:]
    isIntact = true
    self.row = row
  }

  /// What stands for a file that cannot be read; the time is that of the file.
  init(unreadable chat: ChatID, modified: Int64) {
    chatID = chat
    taskID = chat.taskID
    session = nil
    purgedAt = Timestamp.rfc3339(modified)
    reason = .other("unreadable")
    by = nil
    evidence = [:]
    isIntact = false
    row = [:]
  }

  /// The object to write: what was read, with what is known here put in its place.
  var object: JSONObject {
    var object = row
    object["version"] = object["version"] ?? 1
    object["chat_id"] = .integer(chatID.number)
    object["task_id"] = .text(taskID)
    if let session { object["session"] = .text(session.text) }
    object["purged_at"] = .text(purgedAt)
    object["reason"] = .text(reason.name)
    if let by { object["by"] = by.merged(into: object["by"]) }
    object["evidence"] = .object(evidence)
    return object
  }
}

extension Tombstone.Reason {
  /// Reads the name used in files.
  public init(_ name: String) {
    switch name {
    case "purge": self = .purge
    case "archive": self = .archive
    case "delete": self = .delete
    case "stale-id": self = .staleID
    default: self = .other(name)
    }
  }

  /// The name used in files.
  public var name: String {
    switch self {
    case .purge: "purge"
    case .archive: "archive"
    case .delete: "delete"
    case .staleID: "stale-id"
    case .other(let name): name
    }
  }
}

extension Tombstone.Author {
  init?(_ value: JSONValue) {
    guard let object = value.object else { return nil }
    uid = object["uid"]?.uint.flatMap { UInt32(exactly: $0) } ?? 0
    pid = object["pid"]?.int.flatMap { Int32(exactly: $0) } ?? 0
    command = object["command"]?.string ?? ""
  }

  func merged(into value: JSONValue?) -> JSONValue {
    var object = value?.object ?? [:]
    object["uid"] = .integer(uid)
    object["pid"] = .integer(pid)
    object["command"] = .text(command)
    return .object(object)
  }
}
