/// What is to be done once, after an event.
public enum Effect: Equatable, Sendable {
  /// A command of `wg`, run beside the screen.
  case run(Command)
  /// More of the conversation that is open.
  case readOlder(count: Int)
  /// Answers up to this one were seen.
  case markRead(ConversationPlace, answer: UInt64)
  /// Draw everything anew.
  case redraw
  case suspend
  case quit
}

/// What is to be so as long as the model wishes it.
public struct Wishes: Equatable, Sendable {
  /// The conversation to follow.
  public var conversation: ConversationPlace?
  /// The chats that this screen listens to.
  public var leases: Set<UInt32> = []
  /// Nanoseconds of the monotonic clock; nil for never.
  public var deadline: Int64?
}

/// Where a conversation is kept.
public struct ConversationPlace: Hashable, Sendable {
  public let chat: UInt32
  /// The session's uuid.
  public let session: String

  public init(chat: UInt32, session: String) {
    self.chat = chat
    self.session = session
  }
}
