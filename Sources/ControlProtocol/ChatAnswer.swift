public import JSONLines

/// The answer to a request that changes one chat: create, archive, delete, stop, start, restore,
/// reset, interrupt, set.
///
/// The same shape with the dispatcher up or down.
public struct ChatAnswer: Equatable, Sendable {
  public var dispatcher: DispatcherState
  public var chatID: UInt32
  public var taskID: String
  public var name: String?
  /// The session's uuid, where it is known.
  public var session: String?
  /// False when the chat already was as asked.
  public var changed: Bool
  /// The chat's state afterwards.
  public var state: ChatState
  /// What a person should know beside that, such as `already archived`.
  public var note: String?
  /// How its handler ended, for the requests that end one.
  public var handler: HandlerEnd?

  public init(
    dispatcher: DispatcherState, chatID: UInt32, taskID: String, name: String? = nil,
    session: String? = nil, changed: Bool, state: ChatState, note: String? = nil,
    handler: HandlerEnd? = nil
  ) {
    self.dispatcher = dispatcher
    self.chatID = chatID
    self.taskID = taskID
    self.name = name
    self.session = session
    self.changed = changed
    self.state = state
    self.note = note
    self.handler = handler
  }
}

extension ChatAnswer {
  /// The members beside `ok`, with the legacy spelling of the number; all keys are always there.
  public var payload: JSONObject {
    var object = JSONObject()
    object["dispatcher"] = .text(dispatcher.rawValue)
    object["chat_id"] = .integer(chatID)
    object["coordinator_id"] = .integer(chatID)
    object["task_id"] = .text(taskID)
    object["name"] = JSONValue(orNull: name)
    object["session"] = JSONValue(orNull: session)
    object["changed"] = .bool(changed)
    object["state"] = .text(state.rawValue)
    object["note"] = JSONValue(orNull: note)
    object["handler"] = handler?.json ?? .null
    return object
  }

  /// Reads what `payload` wrote.
  public init(payload: JSONObject) throws(ControlError) {
    let members = MemberReader(payload, in: "answer", otherwise: .badData)
    chatID = try members.required("chat_id", members.chatNumber("chat_id"))
    taskID = try members.string("task_id") ?? ".chat-\(chatID)"
    dispatcher = try DispatcherState(reading: members)
    name = try members.string("name")
    session = try members.string("session")
    changed = try members.bool("changed") ?? true
    state = try members.string("state").flatMap(ChatState.init(rawValue:)) ?? .resting
    note = try members.string("note")
    if let end = payload["handler"], end != .null {
      handler = try HandlerEnd(json: end)
    } else {
      handler = nil
    }
  }
}
