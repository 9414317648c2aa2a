internal import Terminal

/// Some keys, where they count, and what they do.
struct KeyBinding: Sendable {
  let keys: [InputEvent]
  let context: KeyContext
  let action: Action
  /// For the help; the only place where it is said.
  let help: String
}

/// Where a key counts.
enum KeyContext: String, CaseIterable, Sendable {
  case everywhere, chats, conversation, filter, search, help, dialog

  /// The heading in the help.
  var title: String {
    switch self {
    case .everywhere: "Everywhere"
    case .chats: "In the list of chats"
    case .conversation: "In the conversation"
    case .filter: "While filtering"
    case .search: "While searching"
    case .help: "In this help"
    case .dialog: "In dialogs"
    }
  }
}

extension InputEvent {
  static func control(_ character: Character) -> InputEvent {
    .key(.character(character), .control)
  }
  static func alt(_ key: Key) -> InputEvent { .key(key, .alt) }
  static func plain(_ key: Key) -> InputEvent { .key(key, []) }

  /// How a key is called: `Ctrl-W`, `Alt-Down`, `F1`; nil for what is no key.
  var keyName: String? {
    switch self {
    case .key(let key, let modifiers): modifiers.prefix + key.name
    case .text(let character): String(character)
    case .paste, .mouse, .focus: nil
    }
  }
}

extension Modifiers {
  fileprivate var prefix: String {
    (contains(.control) ? "Ctrl-" : "") + (contains(.alt) ? "Alt-" : "")
      + (contains(.shift) ? "Shift-" : "") + (contains(.super) ? "Super-" : "")
  }
}

extension Key {
  fileprivate var name: String {
    switch self {
    case .character(let character): String(character).uppercased()
    case .enter: "Enter"
    case .tab: "Tab"
    case .backspace: "Backspace"
    case .escape: "Esc"
    case .up: "Up"
    case .down: "Down"
    case .left: "Left"
    case .right: "Right"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .insert: "Ins"
    case .delete: "Del"
    case .function(let number): "F\(number)"
    }
  }
}

/// A row of the key table in words.
public struct KeyDescription: Sendable {
  /// Where the keys count.
  public let context: String
  /// `Ctrl-W`, `F1`, `j`.
  public let names: [String]
  public let action: String
  public let help: String

  public static var all: [KeyDescription] {
    KeyTable.bindings.map { binding in
      KeyDescription(
        context: binding.context.rawValue, names: binding.keys.compactMap(\.keyName),
        action: binding.action.rawValue, help: binding.help)
    }
  }
}
