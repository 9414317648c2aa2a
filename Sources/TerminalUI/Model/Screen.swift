/// What the keyboard is about.
enum Screen: Equatable, Sendable {
  case chats
  case conversation
  /// What one types narrows the list.
  case filter
  /// What one types is looked for in the conversation.
  case search
  case help(scrolled: Int)
  case dialog(Dialog)

  var context: KeyContext {
    switch self {
    case .chats: .chats
    case .conversation: .conversation
    case .filter: .filter
    case .search: .search
    case .help: .help
    case .dialog: .dialog
    }
  }

  /// Whether something covers the rest and takes all keys.
  var isModal: Bool {
    switch self {
    case .help, .dialog: true
    case .chats, .conversation, .filter, .search: false
    }
  }

  /// Whether a narrow screen shows the list rather than the conversation.
  var showsList: Bool {
    switch self {
    case .chats, .filter: true
    case .conversation, .search, .help, .dialog: false
    }
  }
}
