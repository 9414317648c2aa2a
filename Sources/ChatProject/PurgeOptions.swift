public import ChatStorage

/// What a purge shall spare, and how patient it is.
public struct PurgeOptions: Equatable, Sendable {
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
  /// What the tombstones name as the cause, for example `wg service purge-chats`.
  public var command: String

  public init(
    except: Set<ChatID> = [], callerChat: ChatID? = nil, grace: Int64 = 10_000_000_000,
    isDryRun: Bool = false, command: String = "wg service purge-chats"
  ) {
    self.except = except
    self.callerChat = callerChat
    self.grace = grace
    self.isDryRun = isDryRun
    self.command = command
  }
}
