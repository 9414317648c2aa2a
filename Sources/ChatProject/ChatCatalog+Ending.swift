public import ChatStorage
internal import JSONLines

extension ChatCatalog {
  /// Ends the handlers that hold the session locks of these chats, whoever started them, and says what
  /// became of each; a chat without a handler is not in the answer.
  ///
  /// Blocks until they are gone or cannot be ended. Changes nothing that would keep one from being
  /// started again: do that first, and hold the dispatcher's lock.
  /// - Parameter grace: nanoseconds between SIGTERM and SIGKILL.
  public func endHandlers(of chats: [ChatSummary], grace: Int64) -> [ChatID: HandlerFate] {
    let sessions = chats.compactMap { chat in chat.session.map { (chat.id, $0) } }
    let handlers = LiveHandlers.find(
      Dictionary(sessions) { first, _ in first }, layout, leavesFiles: false)
    return HandlerTermination(grace: grace).end(handlers.pids)
  }
}
