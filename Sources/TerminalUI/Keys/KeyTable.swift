internal import Terminal

/// All keys: what dispatches them, what the help shows, and what `wg tui --keys` prints.
enum KeyTable {
  static let bindings: [KeyBinding] =
    everywhere + chats + conversation + filter + search + help + dialog

  private static let everywhere = bind(
    .everywhere,
    ([.plain(.function(1))], .help, "this help"),
    ([.plain(.tab)], .switchFocus, "between the list and the conversation"),
    ([.alt(.down), .control("n")], .nextChat, "the next chat"),
    ([.alt(.up), .control("p")], .previousChat, "the chat before"),
    ([.plain(.pageUp)], .scrollUp, "back in the conversation"),
    ([.plain(.pageDown)], .scrollDown, "on in the conversation"),
    ([.key(.home, .control)], .scrollToTop, "to the beginning of the conversation"),
    ([.key(.end, .control)], .scrollToEnd, "to its end"),
    ([.control("f")], .search, "search the conversation"),
    ([.plain(.function(2))], .why, "show or hide why the chat is as it is"),
    ([.control("w")], .retire, "retire the chat: archive, stop or delete"),
    ([.control("c")], .interrupt, "interrupt the turn"),
    ([.control("l")], .redraw, "draw the screen again"),
    ([.control("z")], .suspend, "back to the shell; fg returns"),
    ([.control("q")], .quit, "leave"))

  private static let chats = bind(
    .chats,
    ([.plain(.down), .text("j")], .nextChat, "the next chat"),
    ([.plain(.up), .text("k")], .previousChat, "the chat before"),
    ([.plain(.home), .text("g")], .firstChat, "the first chat"),
    ([.plain(.end), .text("G")], .lastChat, "the last chat"),
    ([.plain(.enter), .text("i")], .openConversation, "write to the chat"),
    ([.text("/")], .filter, "show only chats whose name has some text"),
    ([.text("n")], .newChat, "a new chat"),
    ([.text("r")], .rename, "another name"),
    ([.text("s")], .stop, "stop the chat until it is started"),
    ([.text("S")], .start, "let a stopped chat start"),
    ([.text("x")], .reset, "forget the failures of a parked chat"),
    ([.text("w")], .why, "show or hide why the chat is as it is"),
    ([.text("a")], .showArchive, "between the chats and the archive"),
    ([.text("u")], .restore, "bring an archived chat back"),
    ([.text("P")], .purge, "purge all chats"),
    ([.text("?")], .help, "this help"),
    ([.text("q")], .quit, "leave"))

  private static let conversation = bind(
    .conversation,
    ([.plain(.enter)], .send, "send the message; Alt-Enter begins a line"),
    ([.plain(.escape)], .backToChats, "to the list"))

  private static let filter = bind(
    .filter,
    ([.plain(.enter)], .accept, "keep the filter"),
    ([.plain(.escape)], .cancel, "all chats again"),
    ([.plain(.down)], .nextChat, "the next chat"),
    ([.plain(.up)], .previousChat, "the chat before"))

  private static let search = bind(
    .search,
    ([.plain(.enter), .plain(.up)], .findOlder, "the match before"),
    ([.plain(.down)], .findNewer, "the next match"),
    ([.plain(.escape)], .cancel, "end the search"))

  private static let help = bind(
    .help,
    ([.plain(.escape), .text("?"), .text("q")], .cancel, "close it"),
    ([.plain(.up), .text("k")], .scrollUp, "back"),
    ([.plain(.down), .text("j")], .scrollDown, "on"))

  private static let dialog = bind(
    .dialog,
    ([.plain(.enter)], .accept, "do what the marked button says"),
    ([.plain(.escape)], .cancel, "close the dialog"),
    ([.plain(.tab), .plain(.down), .plain(.right)], .nextField, "the next field or button"),
    (
      [.key(.tab, .shift), .plain(.up), .plain(.left)], .previousField,
      "the field or button before"
    ))

  private static func bind(
    _ context: KeyContext, _ rows: ([InputEvent], Action, String)...
  ) -> [KeyBinding] {
    rows.map { KeyBinding(keys: $0.0, context: context, action: $0.1, help: $0.2) }
  }

  private static let lookup: [KeyContext: [InputEvent: Action]] = {
    var lookup: [KeyContext: [InputEvent: Action]] = [:]
    for binding in bindings {
      for key in binding.keys { lookup[binding.context, default: [:]][key] = binding.action }
    }
    return lookup
  }()

  /// What a key does there; nil when it does nothing, or is text.
  static func action(of key: InputEvent, in context: KeyContext) -> Action? {
    lookup[context]?[key]
  }
}
