public import ControlProtocol
public import Terminal

/// Everything that can happen to the screen, as values.
public enum UIEvent: Sendable {
  case input(InputEvent)
  case resized(Size)
  /// The time that `Wishes.deadline` named has come.
  case tick
  case link(LinkState)
  /// All chats, archived ones too.
  case chats([ChatStatus])
  /// By chat, how many answers nobody has seen.
  case unread([UInt32: UInt64])
  case opened(ConversationPlace, OlderMessages)
  case older(ConversationPlace, OlderMessages)
  /// What was said since.
  case newer(ConversationPlace, [TranscriptEntry])
  /// The answer that is being made, as far as it goes; nil when none is.
  case streaming(ConversationPlace, String?)
  case finished(CommandOutcome)
}

/// A part of a conversation, oldest first, that ends where the next part begins.
public struct OlderMessages: Sendable {
  public var entries: [TranscriptEntry]
  /// Nothing was said before.
  public var isBeginning: Bool

  public init(_ entries: [TranscriptEntry], isBeginning: Bool) {
    self.entries = entries
    self.isBeginning = isBeginning
  }
}

/// Whether the dispatcher can be asked.
public enum LinkState: Hashable, Sendable {
  case connecting
  case connected
  /// No dispatcher runs, or it does not answer; the files tell what there is.
  case down
}
