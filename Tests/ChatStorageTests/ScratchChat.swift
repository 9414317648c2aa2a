import ChatStorage
import SystemPackage

/// A chat's folder with both sides of a conversation.
struct ScratchChat {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  var path: FilePath { folder.path }
  func conversation() -> Conversation { Conversation(directory: path) }

  @discardableResult
  func ask(_ requestID: String, _ content: String = "?") throws -> ChatMessage {
    try MessageLog(directory: path, .inbox).append(
      NewMessage(role: .user, content: content, requestID: requestID))
  }

  @discardableResult
  func answer(_ requestID: String) throws -> ChatMessage {
    try MessageLog(directory: path, .outbox).append(
      NewMessage(role: .coordinator, content: "!", requestID: requestID))
  }
}

extension Conversation {
  var waiting: [String] { pending.map(\.requestID) }
}
