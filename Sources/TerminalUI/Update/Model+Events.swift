internal import ControlProtocol
internal import Terminal

extension Model {
  /// Takes in what happened; answers what is to be done about it.
  ///
  /// - Parameter now: nanoseconds of the monotonic clock.
  public mutating func handle(_ event: UIEvent, at now: Int64) -> [Effect] {
    let effects = take(event, at: now)
    follow(selectionAt: now)
    return effects + askWhy() + markRead() + readOlder()
  }

  private mutating func take(_ event: UIEvent, at now: Int64) -> [Effect] {
    switch event {
    case .input(let input): return take(input)
    case .resized(let size):
      self.size = size
      return [.redraw]
    case .tick: settle(at: now)
    case .link(let state): return take(state)
    case .chats(let chats): shelf.replaceAll(with: chats)
    case .unread(let counts): shelf.setUnread(counts)
    case .opened(let place, let page): change(place) { $0.open(page) }
    case .older(let place, let page):
      change(place) { $0.take(older: page) }
      if search.isWaiting { find(older: true) }
    case .newer(let place, let entries): change(place) { $0.take(newer: entries) }
    case .streaming(let place, let text): change(place) { $0.stream(text) }
    case .finished(let outcome): return take(outcome)
    }
    return []
  }

  /// Parts of a conversation that is not open any more are passed over.
  private mutating func change(_ place: ConversationPlace, _ body: (inout Transcript) -> Void) {
    guard transcript?.place == place, var open = transcript else { return }
    body(&open)
    transcript = open
  }

  /// Without a dispatcher the files are asked, by way of a command.
  private mutating func take(_ state: LinkState) -> [Effect] {
    let wasDown = link == .down
    link = state
    guard state == .down else { return [] }
    if wasDown && isListing {
      listsAgain = true
      return []
    }
    isListing = true
    return [.run(.list)]
  }
}

extension Model {
  /// Nanoseconds that a chat is looked at before it counts: who goes through the list starts no
  /// handlers on the way.
  static let settlingTime: Int64 = 300_000_000

  private mutating func settle(at now: Int64) {
    guard let due = settlesAt, due <= now else { return }
    settlesAt = nil
    settled = shelf.selected
  }

  private mutating func follow(selectionAt now: Int64) {
    if followed != shelf.selected {
      followed = shelf.selected
      settled = nil
      settlesAt = shelf.selected.map { _ in now + Self.settlingTime }
      why = WhyPane(isShown: why.isShown)
    }
    guard transcript?.place != wantedConversation else { return }
    search.match = nil
    transcript = wantedConversation.map { Transcript($0, theme: theme, clock: clock) }
  }

  private mutating func markRead() -> [Effect] {
    guard let open = transcript, open.isOpen, open.view == .end, open.place.chat == settled,
      shelf.unread[open.place.chat, default: 0] > 0
    else { return [] }
    shelf.markRead(open.place.chat)
    return [.markRead(open.place, answer: open.lastAnswer)]
  }

  private mutating func readOlder() -> [Effect] {
    guard let open = transcript, open.isOpen, !open.isBeginning, !open.isReadingOlder else {
      return []
    }
    guard search.isWaiting || open.isNearBeginning(layout.transcriptWindow) else { return [] }
    transcript?.noteReadingOlder()
    return [.readOlder(count: search.isWaiting ? 2_000 : 100)]
  }

  /// Asks again whenever the chat's situation is another one, one question at a time.
  private mutating func askWhy() -> [Effect] {
    guard why.isShown, !why.isAsking, let chat = shelf.selection else { return [] }
    let situation = chat.situation
    guard why.situation != situation else { return [] }
    why.isAsking = true
    why.situation = situation
    return [.run(.explain(chat.chatID))]
  }
}

extension ChatStatus {
  /// What an explanation depends on; not what changes by itself, as memory does.
  fileprivate var situation: ChatStatus {
    var situation = self
    situation.memoryBytes = nil
    situation.resources = nil
    situation.handlerStatus = nil
    return situation
  }
}
