/// How somebody names a chat on a command line or in a request.
public enum ChatReference: Equatable, Sendable, CustomStringConvertible {
  /// `7`, `.chat-7`, `.coordinator-7`, `chat-7`, `coordinator-7`.
  case number(ChatID)
  /// A whole UUID.
  case session(SessionID)
  /// Four or more hexadecimal digits and dashes: the beginning of a UUID, unless it is a name.
  case prefixOrName(String)
  case name(String)

  /// Sorts the text into one of the forms; nil when it is empty.
  public static func parse(_ text: String) -> ChatReference? {
    if text.isEmpty { return nil }
    if let chat = ChatID(taskID: text) ?? ChatID(alias: text) { return .number(chat) }
    if let session = SessionID(text) { return .session(session) }
    return mayBePrefix(text) ? .prefixOrName(text) : .name(text)
  }

  private static func mayBePrefix(_ text: String) -> Bool {
    (4..<36).contains(text.utf8.count)
      && text.utf8.allSatisfy { SessionID.isHexadecimal($0) || $0 == UInt8(ascii: "-") }
  }

  public var description: String {
    switch self {
    case .number(let chat): chat.taskID
    case .session(let session): session.text
    case .prefixOrName(let text), .name(let text): text
    }
  }
}
