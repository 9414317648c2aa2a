public import ChatStorage
public import SupervisionCore

extension Configuration {
  /// What answers in chats that name nothing.
  public var handler: String { text(.dispatcher, "handler") ?? "claude" }

  /// The model of chats that name none.
  public var model: String? { text(.dispatcher, "model") }

  /// Where the model is served, for chats that do not say.
  public var endpoint: String? { text(.dispatcher, "endpoint") }

  /// Whether handlers are started at all.
  public var startsHandlers: Bool { value(.dispatcher, "chat_agent") != .flag(false) }

  func text(_ table: SettingsTable, _ key: String) -> String? {
    guard case .text(let text)? = value(table, key) else { return nil }
    return text
  }

  /// What is set for the handler of a chat.
  public func limits(of chat: ChatID) -> ChatLimits {
    var limits = ChatLimits()
    for key in ChatLimits.Key.allCases {
      if case .number(let number)? = value(.chat(chat), key.rawValue) { limits.set(key, number) }
    }
    return limits
  }

  /// Where the dispatcher's entries go, and the output of handlers.
  public var entries: String? { text(.logging, "entries") }
  public var output: String? { text(.logging, "output") }

  /// What the terminal user interface goes by when its options do not say.
  public var consumed: String? { text(.tui, "consume") }
  public var theme: String? { text(.tui, "theme") }

  /// The numbers of the supervision.
  public func supervision() -> SupervisionSettings {
    var settings = SupervisionSettings()
    for entry in SupervisionSetting.all {
      if let value = value(.supervision, entry.setting.key) { entry.put(value, into: &settings) }
    }
    for entry in SupervisionSetting.perChat {
      if let value = value(.chats, entry.setting.key) { entry.put(value, into: &settings) }
    }
    return settings
  }

  /// Times of chats that have some of their own.
  public var times: [ChatID: ChildTimes] {
    let own = chatsWithTables.map { ($0, times(of: $0)) }.filter { $0.1 != ChildTimes() }
    return Dictionary(own) { first, _ in first }
  }

  private func times(of chat: ChatID) -> ChildTimes {
    var times = ChildTimes()
    times.idleTimeout = span(of: chat, "idle_timeout")
    times.stopTimeout = span(of: chat, "stop_timeout")
    times.startTimeout = span(of: chat, "start_timeout")
    return times
  }

  private func span(of chat: ChatID, _ key: String) -> TimeSpan? {
    guard let found = found(.chat(chat), key), found.origin.table != .chats,
      case .number(let number) = found.value
    else { return nil }
    return number == .max ? .infinity : TimeSpan(nanoseconds: number)
  }

  /// Chats with a table of their own.
  public var chatsWithTables: [ChatID] {
    tables.compactMap { if case .chat(let id) = $0 { id } else { nil } }.sorted()
  }
}
