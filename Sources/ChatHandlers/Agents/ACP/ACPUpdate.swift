internal import JSONLines

/// What `session/update` tells about a turn.
enum ACPUpdate: Equatable {
  case text(String)
  /// A part of the message that is not text; what it is.
  case attachment(String)
  case tool(ACPTool)
  case plan([String])
  /// Thoughts, modes, commands, usage: nothing that the answer needs.
  case other

  init(_ value: JSONValue) {
    switch value["sessionUpdate"]?.string {
    case "agent_message_chunk": self = ACPUpdate.chunk(value["content"] ?? .null)
    case "tool_call", "tool_call_update": self = ACPTool(value).map(ACPUpdate.tool) ?? .other
    case "plan": self = .plan((value["entries"]?.array ?? []).compactMap(ACPUpdate.entry))
    case _: self = .other
    }
  }

  private static func chunk(_ content: JSONValue) -> ACPUpdate {
    if let text = ACPUpdate.text(of: content) { return .text(text) }
    return .attachment(content["type"]?.string ?? "something")
  }

  /// The text of a content block, or of a resource in it.
  static func text(of content: JSONValue) -> String? {
    content["text"]?.string ?? content["resource"]?["text"]?.string
  }

  private static func entry(_ value: JSONValue) -> String? {
    guard let content = value["content"]?.string else { return nil }
    switch value["status"]?.string {
    case "completed": return "[x] " + content
    case "in_progress": return "[~] " + content
    case _: return "[ ] " + content
    }
  }
}

/// What a message says about one use of a tool; what it leaves out is as it was.
struct ACPTool: Equatable {
  let id: String
  var title: String?
  var kind: String?
  var status: String?
  var details: String?

  init?(_ value: JSONValue) {
    guard let id = value["toolCallId"]?.string else { return nil }
    self.id = id
    title = value["title"]?.string.map { String($0.prefix(Self.titleLength)) }
    kind = value["kind"]?.string
    status = value["status"]?.string
    details = value["content"]?.array.map {
      let lines = $0.compactMap(ACPTool.details).joined(separator: "\n")
      return String(decoding: lines.utf8.prefix(Self.detailBytes), as: UTF8.self)
    }
  }

  /// A tool is kept while it runs; of both a little more than what the record shows.
  private static let titleLength = 200
  private static let detailBytes = 4097

  private static func details(of content: JSONValue) -> String? {
    switch content["type"]?.string {
    case "content": content["content"].flatMap(ACPUpdate.text)
    case "diff": content["path"]?.string.map { "changed \($0)" }
    case _: nil
    }
  }

  var isOver: Bool { status == "completed" || status == "failed" }

  /// With what a later message says.
  ///
  /// The kind stays as it was when the tool began, since permission depends on it.
  func updated(by other: ACPTool) -> ACPTool {
    var tool = self
    tool.title = other.title ?? title
    tool.status = other.status ?? status
    tool.details = other.details ?? details
    return tool
  }

  var part: TurnPart {
    let outcome = status == "failed" ? " (failed)" : isOver ? "" : " (not finished)"
    return .action((title ?? kind ?? "tool") + outcome, details: details ?? "")
  }
}

/// What an agent asks permission for.
struct ACPPermissionRequest: Equatable {
  let session: String
  let tool: ACPTool?
  private let options: [(id: String, kind: String)]

  init(_ parameters: JSONValue) {
    session = parameters["sessionId"]?.string ?? ""
    tool = parameters["toolCall"].flatMap { ACPTool($0) }
    options = (parameters["options"]?.array ?? []).compactMap { option in
      guard let id = option["optionId"]?.string else { return nil }
      return (id, option["kind"]?.string ?? "")
    }
  }

  /// The option that is of the first of these kinds; nil when none of them is offered.
  func option(of kinds: [String]) -> String? {
    for kind in kinds {
      if let option = options.first(where: { $0.kind == kind }) { return option.id }
    }
    return nil
  }

  /// The answer that chooses an option; nil cancels the request.
  static func outcome(_ option: String?) -> JSONValue {
    guard let option else { return ["outcome": ["outcome": "cancelled"]] }
    return ["outcome": ["outcome": "selected", "optionId": .text(option)]]
  }

  static func == (left: Self, right: Self) -> Bool {
    left.session == right.session && left.tool == right.tool
      && left.options.elementsEqual(right.options, by: ==)
  }
}
