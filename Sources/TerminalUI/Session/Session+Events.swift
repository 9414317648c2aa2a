internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage
internal import Terminal

/// What comes from outside, as events of the model.
extension Session {
  func take(_ event: TerminalEvent) {
    switch event {
    case .input(let input): handle(.input(input))
    case .resized(let size): handle(.resized(size))
    case .resumed:
      forgetScreen()
      handle(.resized(device.size))
    case .ended(let signal): end(.signal(signal))
    case .closed: end(.signal(.hangup))
    }
  }

  func take(_ news: [ProjectLink.News]) {
    for item in news {
      switch item {
      case .state(let state):
        if state != .connected { lease.release() }
        handle(.link(state))
      case .chats(let chats):
        lease.renew()
        handle(.chats(chats))
      }
    }
  }

  func takeOutcomes() {
    for outcome in runs.collect() {
      handle(.finished(outcome))
      link.ask(at: Clock.monotonic)
    }
  }

  func takeDeadlines() {
    let now = Clock.monotonic
    if let due = link.deadline, due <= now { take(link.tick(at: now)) }
    if let due = model.wishes.deadline, due <= now { handle(.tick) }
    if unread.hasStale, unread.refresh(20, in: { folders[$0] }) { handle(.unread(unread.counts)) }
  }

  func takeFileChanges() {
    let changes = watch.read()
    for change in changes {
      switch change {
      case .service: take(link.retry(at: Clock.monotonic))
      case .chats: chatsMayHaveChanged()
      case .conversation(let chat, let file): take(file, of: chat)
      case .everything:
        take(link.retry(at: Clock.monotonic))
        chatsMayHaveChanged()
        for chat in folders.keys { unread.touch(chat) }
        readNewer()
      }
    }
  }

  /// The dispatcher is asked where there is one, else the files.
  private func chatsMayHaveChanged() {
    link.ask(at: Clock.monotonic)
    if link.descriptor == nil { handle(.link(.down)) }
  }

  private func take(_ file: String, of chat: UInt32) {
    switch file {
    case "outbox.jsonl":
      unread.touch(chat)
      messagesMayHaveCome(to: chat)
    case "inbox.jsonl": messagesMayHaveCome(to: chat)
    case ".cursor": unread.touch(chat)
    case ConversationReader.streamingFile:
      guard let open = conversation, open.place.chat == chat else { return }
      handle(.streaming(open.place, open.streaming()))
    case _: break
    }
  }

  private func messagesMayHaveCome(to chat: UInt32) {
    if conversation?.place.chat == chat { readNewer() }
    link.ask(at: Clock.monotonic)
  }

  private func readNewer() {
    guard let open = conversation, let entries = try? open.newer(), !entries.isEmpty else { return }
    handle(.newer(open.place, entries))
  }
}
