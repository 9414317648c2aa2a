public import JSONLines

/// What a purge did, chat by chat.
///
/// The same shape with the dispatcher up or down.
public struct PurgeAnswer: Equatable, Sendable {
  /// A chat that is archived now and was not before.
  public struct Purged: Equatable, Sendable {
    public var chatID: UInt32
    public var taskID: String
    /// RFC 3339.
    public var purgedAt: String
    public var handler: HandlerEnd

    public init(chatID: UInt32, taskID: String, purgedAt: String, handler: HandlerEnd) {
      self.chatID = chatID
      self.taskID = taskID
      self.purgedAt = purgedAt
      self.handler = handler
    }
  }

  /// A chat that was left as it is.
  public struct Skipped: Equatable, Sendable {
    public enum Reason: String, CaseIterable, Sendable {
      case alreadyArchived = "already archived"
      case callerChat = "caller chat"
      case attached
      case excepted
    }

    public var chatID: UInt32
    public var taskID: String
    public var reason: Reason

    public init(chatID: UInt32, taskID: String, reason: Reason) {
      self.chatID = chatID
      self.taskID = taskID
      self.reason = reason
    }
  }

  /// A chat for which a step failed.
  public struct Failure: Equatable, Sendable {
    /// Nil when it concerns no single chat.
    public var chatID: UInt32?
    public var error: String

    public init(chatID: UInt32?, error: String) {
      self.chatID = chatID
      self.error = error
    }
  }

  public var dispatcher: DispatcherState
  public var isDryRun: Bool
  public var purged: [Purged]
  public var skipped: [Skipped]
  public var errors: [Failure]

  public init(
    dispatcher: DispatcherState, isDryRun: Bool = false, purged: [Purged] = [],
    skipped: [Skipped] = [], errors: [Failure] = []
  ) {
    self.dispatcher = dispatcher
    self.isDryRun = isDryRun
    self.purged = purged
    self.skipped = skipped
    self.errors = errors
  }

  /// Whether every chat that was meant is archived and nothing of its handlers is left.
  public var isComplete: Bool {
    errors.isEmpty && !purged.contains { $0.handler.outcome == .survived }
  }
}

extension PurgeAnswer {
  /// The whole answer; one with survivors or errors is a failure that still has its payload.
  public var response: ControlResponse {
    isComplete ? .ok(payload) : .failed(ControlError(.failed, complaint), payload: payload)
  }

  private var complaint: String {
    let survivors = purged.flatMap(\.handler.survivors)
    if let first = survivors.first {
      return "\(survivors.count) processes did not die (\(first.pid) is in state \(first.state))"
    }
    return errors.first?.error ?? "a process did not die"
  }

  private var payload: JSONObject {
    var object = JSONObject()
    object["dispatcher"] = .text(dispatcher.rawValue)
    object.set("dry_run", flag: isDryRun)
    object["purged"] = .array(purged.map(\.json))
    object["skipped"] = .array(skipped.map(\.json))
    object["errors"] = .array(errors.map(\.json))
    return object
  }

  /// Reads the payload of an answer, ok or not.
  public init(payload: JSONObject) throws(ControlError) {
    let members = MemberReader(payload, in: "answer to purge", otherwise: .badData)
    dispatcher = try DispatcherState(reading: members)
    isDryRun = try members.bool("dry_run") ?? false
    purged = try members.array("purged").map { (row) throws(ControlError) in
      try Purged(json: row)
    }
    skipped = try members.array("skipped").map { (row) throws(ControlError) in
      try Skipped(json: row)
    }
    errors = try members.array("errors").map { (row) throws(ControlError) in
      try Failure(json: row)
    }
  }
}

extension PurgeAnswer.Purged {
  fileprivate var json: JSONValue {
    var object = JSONObject()
    object["chat_id"] = .integer(chatID)
    object["task_id"] = .text(taskID)
    object["purged_at"] = .text(purgedAt)
    object["handler"] = handler.json
    return .object(object)
  }

  fileprivate init(json: JSONValue) throws(ControlError) {
    let members = try MemberReader(json, in: "purged chat", otherwise: .badData)
    chatID = try members.required("chat_id", members.chatNumber("chat_id"))
    taskID = try members.required("task_id", members.string("task_id"))
    purgedAt = try members.string("purged_at") ?? ""
    if let end = json["handler"], end != .null {
      handler = try HandlerEnd(json: end)
    } else {
      handler = .nothing
    }
  }
}

extension PurgeAnswer.Skipped {
  fileprivate var json: JSONValue {
    var object = JSONObject()
    object["chat_id"] = .integer(chatID)
    object["task_id"] = .text(taskID)
    object["reason"] = .text(reason.rawValue)
    return .object(object)
  }

  fileprivate init(json: JSONValue) throws(ControlError) {
    let members = try MemberReader(json, in: "skipped chat", otherwise: .badData)
    chatID = try members.required("chat_id", members.chatNumber("chat_id"))
    taskID = try members.string("task_id") ?? ".chat-\(chatID)"
    let text = try members.required("reason", members.string("reason"))
    guard let known = Reason(rawValue: text) else {
      throw ControlError(.badData, "skipped chat: `\(text)` is no reason")
    }
    reason = known
  }
}

extension PurgeAnswer.Failure {
  fileprivate var json: JSONValue {
    var object = JSONObject()
    object["chat_id"] = JSONValue(orNull: chatID)
    object["error"] = .text(error)
    return .object(object)
  }

  fileprivate init(json: JSONValue) throws(ControlError) {
    let members = try MemberReader(json, in: "error of purge", otherwise: .badData)
    chatID = try members.chatNumber("chat_id")
    error = try members.string("error") ?? "unknown"
  }
}
