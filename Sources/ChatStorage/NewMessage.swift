public import JSONLines
internal import LinuxSystem

/// A message to append; its id is given to it by the file.
public struct NewMessage: Sendable {
  public var role: ChatMessage.Role
  public var content: String
  public var requestID: String
  public var attachments: [JSONValue]
  public var fullResponse: String?
  public var user: String?
  /// RFC 3339; now when nil.
  public var timestamp: String?
  /// Of an answer: it ends where somebody interrupted it.
  public var isInterrupted = false
  /// Of an answer: an earlier run of the handler had begun with the question.
  public var isRedelivered = false

  public init(
    role: ChatMessage.Role, content: String, requestID: String, attachments: [JSONValue] = [],
    fullResponse: String? = nil, user: String? = nil, timestamp: String? = nil
  ) {
    self.role = role
    self.content = content
    self.requestID = requestID
    self.attachments = attachments
    self.fullResponse = fullResponse
    self.user = user
    self.timestamp = timestamp
  }

  /// The row in the order of members that the existing program writes.
  func row(id: UInt64) -> JSONObject {
    var row: JSONObject = [
      "id": .integer(id), "timestamp": .text(timestamp ?? Timestamp.rfc3339(Clock.wall)),
      "role": .text(role.name), "content": .text(content), "request_id": .text(requestID),
    ]
    if !attachments.isEmpty { row["attachments"] = .array(attachments) }
    if let fullResponse { row["full_response"] = .text(fullResponse) }
    if let user { row["user"] = .text(user) }
    if isInterrupted { row["interrupted"] = true }
    if isRedelivered { row["redelivered"] = true }
    return row
  }
}
