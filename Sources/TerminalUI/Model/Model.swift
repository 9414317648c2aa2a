internal import ControlProtocol
public import Terminal

/// All that the screen shows, as a value: what happens changes it, and its picture is a function of it.
public struct Model {
  /// Which chats an open screen listens to.
  public enum Consumption: String, CaseIterable, Sendable {
    /// The one that is shown.
    case visible
    /// All that are not archived.
    case all
  }

  /// The project's name.
  let project: String
  let theme: Theme
  let consumption: Consumption
  let clock: ClockText

  var size: Size
  var shelf = ChatShelf()
  var screen = Screen.chats
  var transcript: Transcript?
  var search = Search()
  /// What was begun to be written, by chat.
  var drafts: [UInt32: TextEditor] = [:]
  var link = LinkState.connecting
  var why = WhyPane()
  var notice: Notice?
  /// The chosen chat, as of the last event.
  var followed: UInt32?
  /// The chat that is looked at, and not only passed by.
  var settled: UInt32?
  var settlesAt: Int64?
  /// A list from the files is on its way, and whether it was asked for again.
  var isListing = false
  var listsAgain = false

  public init(
    project: String, size: Size, theme: Theme, consumption: Consumption = .visible,
    clock: @escaping ClockText
  ) {
    self.project = project
    self.size = size
    self.theme = theme
    self.consumption = consumption
    self.clock = clock
  }

  /// What was told last, until the next key.
  struct Notice: Equatable, Sendable {
    let text: String
    let isFailure: Bool
  }
}

/// Why the chosen chat is as it is.
struct WhyPane: Equatable, Sendable {
  var isShown = false
  /// As `wg why` says it, and in which situation it was asked.
  var lines: [String] = []
  var situation: ChatStatus?
  var isAsking = false
}

extension Model {
  /// What is to be so as long as it stays like this.
  public var wishes: Wishes {
    Wishes(conversation: wantedConversation, leases: leases, deadline: settlesAt)
  }

  var wantedConversation: ConversationPlace? {
    shelf.selection.flatMap { chat in
      chat.session.map { ConversationPlace(chat: chat.chatID, session: $0) }
    }
  }

  /// The conversations whose answers are counted, and the one that is shown.
  var watchedPlaces: Set<ConversationPlace> {
    let living = shelf.all.filter { $0.state != .archived }.compactMap { chat in
      chat.session.map { ConversationPlace(chat: chat.chatID, session: $0) }
    }
    return Set(living + [wantedConversation].compactMap(\.self))
  }

  private var leases: Set<UInt32> {
    switch consumption {
    case .visible:
      let chat = shelf.selection.flatMap { $0.chatID == settled ? $0 : nil }
      return chat.map { $0.state == .archived ? [] : [$0.chatID] } ?? []
    case .all: return Set(shelf.all.filter { $0.state != .archived }.map(\.chatID))
    }
  }

  /// The message that is being written to the chosen chat.
  var draft: TextEditor {
    get { shelf.selected.flatMap { drafts[$0] } ?? TextEditor() }
    set { if let chat = shelf.selected { drafts[chat] = newValue } }
  }
}
