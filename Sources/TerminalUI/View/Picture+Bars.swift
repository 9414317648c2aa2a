internal import ControlProtocol
internal import Terminal

/// The first line of the screen and the last one.
extension Picture {
  mutating func drawTitle() {
    fill(layout.title, .bar)
    draw(
      left: "wg  \(model.project)", right: model.link.sentence, .bar,
      in: layout.title.inset(columns: 1))
  }

  mutating func drawStatus() {
    let row = layout.status.inset(columns: 1)
    if let notice = model.notice {
      draw(left: notice.text, right: "", notice.isFailure ? .failure : .success, in: row)
    } else {
      draw(left: hints, right: "", .faint, in: row)
    }
  }

  /// The keys that matter most here, from the table of all keys.
  private var hints: String {
    let bindings = KeyTable.bindings.filter { binding in
      model.screen.hinted.contains(binding.action)
        && [model.screen.context, .everywhere].contains(binding.context)
    }
    let wanted = model.screen.hinted.compactMap { action in
      bindings.first { $0.action == action }
    }
    return wanted.compactMap { binding in
      binding.keys.first?.keyName.map { "\($0) \(binding.action.hint)" }
    }.joined(separator: "  ")
  }
}

extension Screen {
  fileprivate var hinted: [Action] {
    switch self {
    case .chats: [.openConversation, .newChat, .retire, .why, .filter, .help, .quit]
    case .conversation: [.send, .backToChats, .interrupt, .search, .why, .help]
    case .filter: [.accept, .cancel]
    case .search: [.findOlder, .findNewer, .cancel]
    case .help: [.cancel, .scrollDown, .scrollUp]
    case .dialog: [.accept, .nextField, .cancel]
    }
  }
}

extension Action {
  fileprivate var hint: String {
    switch self {
    case .openConversation: "write"
    case .newChat: "new"
    case .retire: "retire"
    case .why: "why"
    case .filter: "filter"
    case .help: "help"
    case .quit: "quit"
    case .send: "send"
    case .backToChats: "list"
    case .interrupt: "interrupt"
    case .search: "search"
    case .accept: "ok"
    case .cancel: "close"
    case .findOlder: "older"
    case .findNewer: "newer"
    case .nextField: "next"
    case .scrollUp: "back"
    case .scrollDown: "on"
    case _: rawValue
    }
  }
}

extension LinkState {
  var sentence: String {
    switch self {
    case .connecting: "connecting"
    case .connected: "dispatcher running"
    case .down: "no dispatcher: messages wait"
    }
  }
}
