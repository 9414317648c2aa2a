public import JSONLines

/// The answer to `list_chats`.
public struct ChatList: Equatable, Sendable {
  public var chats: [ChatStatus]

  public init(chats: [ChatStatus]) {
    self.chats = chats
  }

  /// `chats`, and `coordinators` with the rows that clients of the existing program look for.
  public var payload: JSONObject {
    var object = JSONObject()
    object["chats"] = .array(chats.map(\.json))
    object["coordinators"] = .array(chats.map(Self.legacyRow))
    return object
  }

  private static func legacyRow(_ chat: ChatStatus) -> JSONValue {
    var object = JSONObject()
    object["coordinator_id"] = .integer(chat.chatID)
    object["task_id"] = .text(chat.taskID)
    object["title"] = .text(chat.title)
    object["status"] = .text(legacyStatus(chat.state))
    object["loop_iteration"] = .integer(0)
    return .object(object)
  }

  private static func legacyStatus(_ state: ChatState) -> String {
    switch state {
    case .archived: "Done"
    case .down: "Open"
    case .resting, .starting, .running, .stopping, .backoff, .parked: "InProgress"
    }
  }

  /// Reads `chats`; the legacy rows say nothing more.
  public init(payload: JSONObject) throws(ControlError) {
    let members = MemberReader(payload, in: "list of chats", otherwise: .badData)
    chats = try members.array("chats").map { (row) throws(ControlError) in
      try ChatStatus(json: row)
    }
  }
}
