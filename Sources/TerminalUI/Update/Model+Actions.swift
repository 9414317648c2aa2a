internal import ControlProtocol
internal import Terminal

extension Model {
  /// Every action, from whatever key or click.
  mutating func perform(_ action: Action) -> [Effect] {
    switch action {
    case .help: screen = .help(scrolled: 0)
    case .switchFocus: screen = screen.showsList ? .conversation : .chats
    case .why: why.isShown.toggle()
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return [.quit]
    case .nextChat: shelf.move(by: 1)
    case .previousChat: shelf.move(by: -1)
    case .firstChat: shelf.select(row: 0)
    case .lastChat: shelf.select(row: .max)
    case .openConversation: if shelf.selected != nil { screen = .conversation }
    case .backToChats: screen = .chats
    case .filter: screen = .filter
    case .search: beginSearch()
    case .showArchive: shelf.toggleArchive()
    case .scrollUp: scroll(by: -1, pages: true)
    case .scrollDown: scroll(by: 1, pages: true)
    case .scrollToTop: scrollToTop()
    case .scrollToEnd: transcript?.view = .end
    case .findOlder: find(older: true)
    case .findNewer: find(older: false)
    case .send: return send()
    case .newChat, .rename, .retire, .purge: open(action)
    case .stop, .start, .reset, .restore, .interrupt: return change(action)
    case .accept: return accept()
    case .cancel: cancel()
    case .nextField: moveFocus(by: 1)
    case .previousField: moveFocus(by: -1)
    }
    return []
  }

  /// Of the conversation, or of the help that covers it.
  mutating func scroll(by steps: Int, pages: Bool) {
    if case .help(let line) = screen {
      let last = max(0, HelpText.lines(theme).count - layout.help.size.rows)
      screen = .help(scrolled: min(max(0, line + steps), last))
    } else {
      let window = layout.transcriptWindow
      transcript?.scroll(by: pages ? steps * max(1, window.rows - 2) : steps, window)
    }
  }

  private mutating func scrollToTop() {
    let window = layout.transcriptWindow
    transcript?.scrollToTop(window)
  }

  private func change(_ action: Action) -> [Effect] {
    guard let chat = shelf.selected else { return [] }
    return [.run(.change(action.rawValue, chat))]
  }

  private mutating func send() -> [Effect] {
    guard let chat = shelf.selection else { return [] }
    guard chat.state != .archived else {
      notice = Notice(text: "the chat is archived; u in the list restores it", isFailure: true)
      return []
    }
    var editor = draft
    guard case .submitted(let text) = editor.handle(.plain(.enter)) else { return [] }
    draft = editor
    guard text.contains(where: { !$0.isWhitespace }) else { return [] }
    transcript?.addSending(text)
    return [.run(.send(text, to: chat.chatID))]
  }

  private mutating func cancel() {
    switch screen {
    case .filter:
      shelf.setFilter("")
      screen = .chats
    case .search:
      search = Search()
      screen = .conversation
    case .chats, .conversation, .help, .dialog: screen = .chats
    }
  }

  private mutating func moveFocus(by step: Int) {
    guard case .dialog(var dialog) = screen else { return }
    dialog.move(by: step)
    screen = .dialog(dialog)
  }
}

extension Model {
  private mutating func beginSearch() {
    search = Search()
    screen = .search
  }

  /// Goes to the next match; reads more of the conversation when what was read has none.
  mutating func find(older: Bool) {
    guard let open = transcript else { return }
    let window = layout.transcriptWindow
    let found = open.line(
      showing: search.needle, from: search.match, older: older, columns: window.columns)
    search.isWaiting = found == nil && older && !open.isBeginning && !search.needle.isEmpty
    guard let found else {
      if !search.isWaiting && !search.needle.isEmpty { tellNoMatch(older: older) }
      return
    }
    search.match = found
    let before = max(0, found.line - window.rows / 2)
    transcript?.show(TranscriptLine(key: found.key, line: before), window)
  }

  private mutating func tellNoMatch(older: Bool) {
    let text = search.match == nil ? "nothing found" : "no \(older ? "older" : "newer") match"
    notice = Notice(text: text, isFailure: false)
  }
}
