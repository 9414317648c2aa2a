public import JSONLines

/// One chat as `status`, `list_chats` and `wg chat list` show it.
///
/// All keys are always there; what is not known is null, so that readers see the same shape with
/// the dispatcher up or down.
public struct ChatStatus: Equatable, Sendable {
  public var chatID: UInt32
  /// `.chat-N`, or the legacy spelling where the row still has it.
  public var taskID: String
  /// Nil for a chat without a name.
  public var name: String?
  public var title: String
  public var state: ChatState
  /// The handler's process; nil when none runs.
  public var pid: Int32?
  /// Of the running or the last handler; 0 when there never was one.
  public var incarnation: UInt64
  /// Starts after a crash, as far as the crash history reaches.
  public var restarts: UInt64
  /// Connections that are attached now; 0 when no dispatcher runs.
  public var consumers: UInt64
  /// Messages that wait for an answer.
  public var pending: UInt64
  /// When a timer of this chat ends: RFC 3339; nil when none is armed.
  public var nextEventAt: String?
  /// The kind of handler, or the command.
  public var handler: String
  public var model: String?
  /// The session's uuid.
  public var session: String?
  /// RFC 3339; nil unless archived.
  public var purgedAt: String?
  /// How the last handler ended, as a sentence.
  public var lastExit: String?
  /// When the present state began: RFC 3339; nil when that is not known.
  public var since: String?
  /// Resident memory of the handler and what it started, where it can be read.
  public var memoryBytes: Int64?
  /// Nil unless the handler has a control group of its own.
  public var resources: ChatResources?
  /// What the running handler says of itself; nil when none runs, or it says nothing.
  public var handlerStatus: String?

  public init(
    chatID: UInt32, taskID: String, name: String? = nil, title: String, state: ChatState,
    pid: Int32? = nil, incarnation: UInt64 = 0, restarts: UInt64 = 0, consumers: UInt64 = 0,
    pending: UInt64 = 0, nextEventAt: String? = nil, handler: String, model: String? = nil,
    session: String? = nil, purgedAt: String? = nil, lastExit: String? = nil,
    since: String? = nil, memoryBytes: Int64? = nil, resources: ChatResources? = nil,
    handlerStatus: String? = nil
  ) {
    self.chatID = chatID
    self.taskID = taskID
    self.name = name
    self.title = title
    self.state = state
    self.pid = pid
    self.incarnation = incarnation
    self.restarts = restarts
    self.consumers = consumers
    self.pending = pending
    self.nextEventAt = nextEventAt
    self.handler = handler
    self.model = model
    self.session = session
    self.purgedAt = purgedAt
    self.lastExit = lastExit
    self.since = since
    self.memoryBytes = memoryBytes
    self.resources = resources
    self.handlerStatus = handlerStatus
  }
}

extension ChatStatus {
  /// As it goes over the socket and out of `--json`.
  public var json: JSONValue {
    var object = JSONObject()
    object["chat_id"] = .integer(chatID)
    object["task_id"] = .text(taskID)
    object["name"] = JSONValue(orNull: name)
    object["title"] = .text(title)
    object["state"] = .text(state.rawValue)
    object["coarse_state"] = .text(state.coarse.rawValue)
    object["pid"] = JSONValue(orNull: pid)
    object["incarnation"] = .integer(incarnation)
    object["restarts"] = .integer(restarts)
    object["consumers"] = .integer(consumers)
    object["pending"] = .integer(pending)
    object["next_event_at"] = JSONValue(orNull: nextEventAt)
    object["handler"] = .text(handler)
    object["model"] = JSONValue(orNull: model)
    object["session"] = JSONValue(orNull: session)
    object["purged_at"] = JSONValue(orNull: purgedAt)
    object["last_exit"] = JSONValue(orNull: lastExit)
    object["since"] = JSONValue(orNull: since)
    object["memory_bytes"] = JSONValue(orNull: memoryBytes)
    object["resources"] = resources?.json ?? .null
    object["handler_status"] = JSONValue(orNull: handlerStatus)
    return .object(object)
  }

  /// Reads what `json` wrote; unknown members are ignored, `coarse_state` follows from `state`.
  public init(json: JSONValue) throws(ControlError) {
    let members = try MemberReader(json, in: "chat status", otherwise: .badData)
    let state = try members.required("state", members.string("state"))
    guard let known = ChatState(rawValue: state) else {
      throw ControlError(.badData, "chat status: `\(state)` is no state")
    }
    self.init(
      chatID: try members.required("chat_id", members.chatNumber("chat_id")),
      taskID: try members.required("task_id", members.string("task_id")),
      name: try members.string("name"), title: try members.string("title") ?? "", state: known,
      pid: try members.int32("pid"), incarnation: try members.uint("incarnation") ?? 0,
      restarts: try members.uint("restarts") ?? 0, consumers: try members.uint("consumers") ?? 0,
      pending: try members.uint("pending") ?? 0, nextEventAt: try members.string("next_event_at"),
      handler: try members.string("handler") ?? "", model: try members.string("model"),
      session: try members.string("session"), purgedAt: try members.string("purged_at"),
      lastExit: try members.string("last_exit"), since: try members.string("since"),
      memoryBytes: try members.int("memory_bytes"),
      resources: try ChatResources(orNil: json["resources"]),
      handlerStatus: try members.string("handler_status"))
  }
}
