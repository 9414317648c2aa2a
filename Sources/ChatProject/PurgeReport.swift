public import ChatStorage
public import JSONLines

/// What a purge did: the same shape with the dispatcher up or down.
public struct PurgeReport: Equatable, Sendable {
  public struct Purged: Equatable, Sendable {
    public let chat: ChatID
    /// RFC 3339; of a tombstone that stood already, its own time.
    public let purgedAt: String
    public var handler: HandlerFate

    public init(chat: ChatID, purgedAt: String, handler: HandlerFate) {
      self.chat = chat
      self.purgedAt = purgedAt
      self.handler = handler
    }
  }

  public enum SkipReason: String, Sendable {
    case alreadyArchived = "already archived"
    case callerChat = "caller chat"
    case attached
    case excepted
  }

  public struct Skipped: Equatable, Sendable {
    public let chat: ChatID
    public let reason: SkipReason

    public init(chat: ChatID, reason: SkipReason) {
      self.chat = chat
      self.reason = reason
    }
  }

  public struct Failure: Equatable, Sendable {
    /// Nil when the failure concerns no chat in particular.
    public let chat: ChatID?
    public let reason: String

    public init(chat: ChatID?, reason: String) {
      self.chat = chat
      self.reason = reason
    }
  }

  public var isDispatcherRunning: Bool
  public var isDryRun: Bool
  public var purged: [Purged] = []
  public var skipped: [Skipped] = []
  public var errors: [Failure] = []

  public init(isDispatcherRunning: Bool, isDryRun: Bool = false) {
    self.isDispatcherRunning = isDispatcherRunning
    self.isDryRun = isDryRun
  }

  /// Nothing failed and nothing that was to die is alive.
  public var isComplete: Bool {
    errors.isEmpty && !purged.contains { $0.handler.outcome == .survived }
  }
}

extension PurgeReport {
  /// As the command prints it and the socket answers it.
  public var json: JSONValue {
    var object: JSONObject = [
      "ok": .bool(isComplete), "dispatcher": isDispatcherRunning ? "running" : "not_running",
    ]
    if isDryRun { object["dry_run"] = true }
    object["purged"] = .array(purged.map(\.json))
    object["skipped"] = .array(skipped.map(\.json))
    object["errors"] = .array(errors.map(\.json))
    return .object(object)
  }
}

extension PurgeReport.Purged {
  var json: JSONValue {
    .object([
      "chat_id": .integer(chat.number), "task_id": .text(chat.taskID),
      "purged_at": .text(purgedAt), "handler": handler.json,
    ])
  }
}

extension PurgeReport.Skipped {
  var json: JSONValue {
    .object([
      "chat_id": .integer(chat.number), "task_id": .text(chat.taskID),
      "reason": .text(reason.rawValue),
    ])
  }
}

extension PurgeReport.Failure {
  var json: JSONValue {
    .object(["chat_id": chat.map { .integer($0.number) } ?? .null, "error": .text(reason)])
  }
}

extension HandlerFate {
  /// As in the answer to a purge and in a tombstone's evidence.
  public var json: JSONValue {
    var object: JSONObject = [
      "outcome": .text(outcome.rawValue), "pids": .array(pids.map { .integer($0) }),
      "seconds": .decimal((Double(duration) / 1e6).rounded() / 1e3),
    ]
    if !survivors.isEmpty {
      object["survivors"] = .array(survivors.map(\.json))
    }
    return .object(object)
  }
}

extension HandlerFate.Survivor {
  fileprivate var json: JSONValue {
    var object: JSONObject = ["pid": .integer(pid), "state": .text(String(state))]
    if let waitsIn { object["waits_in"] = .text(waitsIn) }
    return .object(object)
  }
}
