public import ChatStorage

/// What a purge shall spare, and how patient it is.
public struct PurgeOptions: Equatable, Sendable {
  /// The chats that are meant; nil for every chat.
  ///
  /// Others are not even skipped: nothing is said of them.
  public var only: Set<ChatID>?
  /// Chats that the caller named to be left alone.
  public var except: Set<ChatID>
  /// The chat from whose handler the purge was started; spared.
  ///
  /// Nil to spare none.
  public var callerChat: ChatID?
  /// Nanoseconds between SIGTERM and SIGKILL.
  public var grace: Int64
  /// Say what would be done and do nothing.
  public var isDryRun: Bool
  /// Why the chats are retired, for the tombstones.
  public var reason: Tombstone.Reason
  /// What the tombstones name as the cause, for example `wg service purge-chats`.
  public var command: String

  public init(
    only: Set<ChatID>? = nil, except: Set<ChatID> = [], callerChat: ChatID? = nil,
    grace: Int64 = 10_000_000_000,
    isDryRun: Bool = false, reason: Tombstone.Reason = .purge,
    command: String = "wg service purge-chats"
  ) {
    self.only = only
    self.except = except
    self.callerChat = callerChat
    self.grace = grace
    self.isDryRun = isDryRun
    self.reason = reason
    self.command = command
  }
}

extension PurgeOptions {
  /// Whether the chat is among those that are meant.
  func means(_ chat: ChatID) -> Bool { only?.contains(chat) ?? true }

  /// What is said of a chat in its row's log.
  var participle: String {
    switch reason {
    case .purge: "purged"
    case .archive: "archived"
    case .delete: "deleted"
    case .staleID: "archived as stale"
    case .other(let name): name
    }
  }
}
