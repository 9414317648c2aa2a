public import JSONLines

/// One row of an inbox or an outbox.
public struct ChatMessage: Equatable, Sendable {
  /// Who speaks.
  public enum Role: Equatable, Sendable {
    case user
    /// The handler, under the name it had first.
    case coordinator
    /// The program itself, telling that there is no answer.
    case systemError
    case other(String)
  }

  /// Counts up in each file from 1.
  public let id: UInt64
  /// RFC 3339, as it was written; empty when missing.
  public let timestamp: String
  public let role: Role
  public let content: String
  /// What a question and its answers have in common; may be empty in old rows.
  public let requestID: String
  /// The answer with everything that was done for it, where the handler gave that too.
  public let fullResponse: String?
  public let user: String?
  /// The whole row, members that are unknown here included.
  public let row: JSONObject

  /// Nil when the row has no `id` or no `content`; the rest may be missing.
  public init?(row: JSONObject) {
    guard let id = row["id"]?.uint, let content = row["content"]?.string else { return nil }
    self.id = id
    self.content = content
    self.row = row
    timestamp = row["timestamp"]?.string ?? ""
    role = Role(row["role"]?.string ?? "")
    requestID = row["request_id"]?.string ?? ""
    fullResponse = row["full_response"]?.string
    user = row["user"]?.string
  }

  /// The request id under which the message is to be answered: `req-ID` when it has none.
  public var effectiveRequestID: String { requestID.isEmpty ? "req-\(id)" : requestID }
}

extension ChatMessage.Role {
  /// Reads the name used in files.
  public init(_ name: String) {
    switch name {
    case "user": self = .user
    case "coordinator": self = .coordinator
    case "system-error": self = .systemError
    default: self = .other(name)
    }
  }

  /// The name used in files.
  public var name: String {
    switch self {
    case .user: "user"
    case .coordinator: "coordinator"
    case .systemError: "system-error"
    case .other(let name): name
    }
  }
}
