public import ChatStorage
internal import JSONLines
internal import LinuxSystem

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
    return HandlerTermination(grace: grace, user: userToEnd).end(handlers.pids)
  }

  /// Whose processes may be ended as handlers: for root that works on somebody's project, that one's.
  ///
  /// The files name the processes, and whoever writes the files must not aim root's signals. Nil for
  /// everybody's: then it is for the kernel to refuse.
  var userToEnd: UInt32? {
    guard CurrentProcess.user == 0, let owner = (try? FileStatus.of(layout.root))?.owner,
      owner != 0
    else { return nil }
    return owner
  }
}
