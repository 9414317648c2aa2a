internal import JSONLines

/// A line of `codex exec --json`.
enum CodexEvent: Equatable {
  /// The thread under which it keeps the conversation.
  case thread(String)
  case said(String)
  /// It did something, and that is over.
  case action(String, details: String)
  /// It says that something is wrong, and goes on.
  case complaint(String)
  case completed
  case failed(String)
  case other

  init(_ object: JSONObject) {
    switch object["type"]?.string {
    case "thread.started": self = object["thread_id"]?.string.map(CodexEvent.thread) ?? .other
    case "turn.completed": self = .completed
    case "turn.failed":
      self = .failed(object["error"]?["message"]?.string ?? "it did not say why")
    case "error": self = .complaint(object["message"]?.string ?? "an error without a message")
    case "item.completed": self = Self.item(object["item"] ?? .null)
    case _: self = .other
    }
  }

  private static func item(_ item: JSONValue) -> CodexEvent {
    func text(_ key: String) -> String { item[key]?.string ?? "" }
    switch item["type"]?.string {
    case "agent_message": return .said(text("text"))
    case "command_execution":
      let status = text("status") == "completed" ? "" : " (\(text("status")))"
      return .action(text("command") + status, details: text("aggregated_output"))
    case "file_change": return .action("change files", details: changes(item["changes"]))
    case "mcp_tool_call": return .action("\(text("server")): \(text("tool"))", details: "")
    case "web_search": return .action("search: \(text("query"))", details: "")
    case "todo_list": return .action("plan", details: plan(item["items"]))
    case "error": return .complaint(text("message"))
    case _: return .other
    }
  }

  private static func changes(_ changes: JSONValue?) -> String {
    (changes?.array ?? []).map { change in
      "\(change["kind"]?.string ?? "change") \(change["path"]?.string ?? "?")"
    }.joined(separator: "\n")
  }

  private static func plan(_ items: JSONValue?) -> String {
    (items?.array ?? []).map { item in
      (item["completed"]?.bool == true ? "[x] " : "[ ] ") + (item["text"]?.string ?? "")
    }.joined(separator: "\n")
  }
}
