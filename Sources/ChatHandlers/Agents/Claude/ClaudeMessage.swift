internal import JSONLines

/// A line of `claude --output-format stream-json`.
enum ClaudeMessage: Equatable {
  /// A turn begins, in the session with this id.
  case session(String)
  /// It is ready; the answer to the request that asked whether it is.
  case initialized
  /// A message of the model begins.
  case messageBegins
  case delta(String)
  /// A message of the model, whole.
  case said(text: String, actions: [ClaudeAction])
  /// What came out of an action.
  case outcome(of: String, details: String)
  /// The service did not answer; it is asked again.
  case retrying(status: Int64?, error: String)
  case result(ClaudeResult)
  /// It asks this handler something.
  case question(JSONValue)
  case other

  init(_ object: JSONObject) {
    let isOwn = object["parent_tool_use_id"]?.string == nil
    switch object["type"]?.string {
    case "system": self = Self.system(object)
    case "stream_event" where isOwn: self = Self.streamed(object["event"] ?? .null)
    case "assistant" where isOwn: self = Self.assistant(object["message"]?["content"])
    case "user" where isOwn: self = Self.outcome(object["message"]?["content"])
    case "result": self = .result(ClaudeResult(object))
    case "control_response": self = .initialized
    case "control_request": self = .question(object["request_id"] ?? .null)
    case _: self = .other
    }
  }

  private static func system(_ object: JSONObject) -> ClaudeMessage {
    switch object["subtype"]?.string {
    case "init": object["session_id"]?.string.map(ClaudeMessage.session) ?? .other
    case "api_retry":
      .retrying(
        status: object["error_status"]?.int, error: object["error"]?.string ?? "unknown error")
    case _: .other
    }
  }

  private static func streamed(_ event: JSONValue) -> ClaudeMessage {
    switch event["type"]?.string {
    case "message_start": .messageBegins
    case "content_block_delta": event["delta"]?["text"]?.string.map(ClaudeMessage.delta) ?? .other
    case _: .other
    }
  }

  private static func assistant(_ content: JSONValue?) -> ClaudeMessage {
    let blocks = content?.array ?? []
    return .said(
      text: blocks.filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string }
        .joined(),
      actions: blocks.compactMap(ClaudeAction.init))
  }

  private static func outcome(_ content: JSONValue?) -> ClaudeMessage {
    for block in content?.array ?? [] where block["type"]?.string == "tool_result" {
      guard let id = block["tool_use_id"]?.string else { continue }
      return .outcome(of: id, details: text(block["content"]))
    }
    return .other
  }

  private static func text(_ content: JSONValue?) -> String {
    content?.string
      ?? (content?.array ?? []).compactMap { $0["text"]?.string }
      .joined(separator: "\n")
  }
}

/// A use of a tool.
struct ClaudeAction: Equatable {
  let id: String
  /// The tool and what it is used on.
  let title: String

  init?(_ block: JSONValue) {
    guard block["type"]?.string == "tool_use", let id = block["id"]?.string,
      let name = block["name"]?.string
    else { return nil }
    self.id = id
    let subject = ["command", "file_path", "path", "pattern", "url", "query", "description"]
      .lazy.compactMap { block["input"]?[$0]?.string }.first
    title = subject.map { "\(name): \($0)" } ?? name
  }
}

/// The end of a turn.
struct ClaudeResult: Equatable {
  let isError: Bool
  let subtype: String
  let text: String
  /// Of the service, where it refused.
  let status: Int64?

  init(_ object: JSONObject) {
    subtype = object["subtype"]?.string ?? ""
    isError = object["is_error"]?.bool ?? (subtype != "success")
    let errors = (object["errors"]?.array ?? []).compactMap { $0.string }
    text = object["result"]?.string ?? errors.joined(separator: "; ")
    status = object["api_error_status"]?.int
  }

  /// The session that was to be resumed is not there.
  var isUnknownSession: Bool { isError && text.hasPrefix("No conversation found") }
}
