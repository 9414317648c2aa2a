internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import TimeSpans

/// What a purge is to spare, as the command line says it.
struct PurgeWishes {
  let except: [ChatSummary]
  let caller: ChatSummary?
  let includesCaller: Bool
  let keepsAttached: Bool
  /// Nil: the stop timeout.
  let grace: TimeSpan?
  let isDryRun: Bool

  var request: ControlRequest {
    .purgeChats(
      .init(
        callerChatID: caller?.id.number, except: except.map(\.id.number),
        keepAttached: keepsAttached, includeCaller: includesCaller,
        graceMilliseconds: grace.map { UInt64(clamping: $0.milliseconds) }, isDryRun: isDryRun))
  }

  /// Whether the purge would leave this chat alone.
  func spares(_ chat: ChatStatus) -> Bool {
    chat.state == .archived || except.contains { $0.id.number == chat.chatID }
      || (!includesCaller && caller?.id.number == chat.chatID)
      || (keepsAttached && chat.consumers > 0)
  }
}
