public import ChatStorage

/// A table of the configuration.
public enum SettingsTable: Hashable, Sendable {
  case dispatcher
  case supervision
  case logging
  case tui
  /// `[chats]`: every chat.
  case chats
  /// `[chats.N]`.
  case chat(ChatID)
  /// `[handlers.NAME]`.
  case handler(String)
  /// `[models.NAME]`.
  case model(String)

  /// As it is written in a file.
  public var title: String {
    switch self {
    case .dispatcher: "dispatcher"
    case .supervision: "supervision"
    case .logging: "logging"
    case .tui: "tui"
    case .chats: "chats"
    case .chat(let id): "chats.\(id.number)"
    case .handler(let name): "handlers.\(name)"
    case .model(let name): "models.\(name)"
    }
  }

  /// Those that every configuration has, in the order of wg-config(5).
  public static let fixed: [SettingsTable] = [.dispatcher, .chats, .supervision, .logging, .tui]
}
