internal import ChatStorage
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver

extension ChatSupervisor {
  /// Watches a chat's inbox for new messages; where that cannot be, looks into it now and then.
  func watch(_ chat: SupervisedChat) {
    guard chat.watch == nil, chat.burial == nil, let session = chat.session else { return }
    chat.watch = watcher?.watchInbox(of: chat.id, in: layout.chatDirectory(session))
    if chat.watch == nil { inboxes.retry(chat.child) }
  }

  /// Tries to watch what could not be watched before.
  func watchAgain(_ child: ChildID) {
    if let chat = chats[child] { watch(chat) }
  }

  func unwatch(_ chat: SupervisedChat) {
    guard let watch = chat.watch else { return }
    chat.watch = nil
    watcher?.forget(watch)
  }

  /// Reads inboxes for a while, and tells the core what is in them.
  func readInboxes() {
    inboxes.run(chats) { child, observation in
      driver.report(.inboxObserved(observation), of: child)
      if observation.pending == 0 { closeIdleConversation(of: child) }
    }
  }

  /// Nothing waits and nobody answers: the next look, which every touch leads to, begins at the
  /// checkpoint.
  private func closeIdleConversation(of child: ChildID) {
    guard driver.machine.state(of: child)?.name == .resting else { return }
    chats[child]?.closeConversation()
  }

  /// Tells the core what changed in the files.
  func notice(_ changes: ProjectChanges) {
    logs.notice(changes.logs)
    for id in changes.replaced {
      guard let chat = chats[id] else { continue }
      unwatch(chat)
      watch(chat)
    }
    let touched = changes.overflow ? chats.all.map(\.id) : changes.inboxes.sorted()
    for id in touched {
      if let chat = chats[id] { driver.report(.inboxTouched, of: chat.child) }
    }
  }
}
