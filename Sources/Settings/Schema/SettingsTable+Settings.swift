extension SettingsTable {
  /// What can be said in the table; of a handler's, besides the options of its kind.
  public var settings: [Setting] {
    switch self {
    case .dispatcher: Self.dispatcherSettings
    case .supervision: SupervisionSetting.all.map(\.setting)
    case .logging: Self.loggingSettings
    case .tui: Self.tuiSettings
    case .chats, .chat: Self.limitSettings + SupervisionSetting.perChat.map(\.setting)
    case .handler: Self.handlerSettings
    case .model: Self.modelSettings
    }
  }

  private static let dispatcherSettings = [
    Setting(
      "handler", .text, initial: "claude", aliases: ["executor"],
      "What answers in chats that name nothing: a kind, or a table of [handlers]"),
    Setting("model", .text, "The model of chats that name none"),
    Setting("endpoint", .url, "Where the model is served, for chats that do not say"),
    Setting(
      "chat_agent", .flag, initial: "true", aliases: ["coordinator_agent"],
      "Whether handlers are started at all; counts from the next start of the dispatcher"),
  ]

  private static let loggingSettings = [
    Setting(
      "entries", .choice(["both", "journal", "file"]), initial: "both",
      "Where the dispatcher's entries go; counts from its next start"),
    Setting(
      "output", .choice(["auto", "journal", "file"]), initial: "auto",
      "Where the output of handlers goes; counts from the dispatcher's next start"),
  ]

  private static let tuiSettings = [
    Setting(
      "consume", .choice(["visible", "all"]), initial: "visible",
      "Which chats an open terminal user interface listens to"),
    Setting(
      "theme", .choice(["auto", "dark", "light"]), initial: "auto",
      "Colours for a dark or a light background"),
  ]

  /// In the order of `ChatLimits.Key`.
  private static let limitSettings = [
    Setting(
      ChatLimits.Key.watchdog.rawValue, .span(0...Spans.longest, isEndless: true),
      initial: "infinity", "The time within which a handler must show that it is alive"),
    Setting(
      ChatLimits.Key.memoryMax.rawValue, .size(isEndless: true), initial: "infinity",
      "Bytes that the handler and all it has started may have together"),
    Setting(
      ChatLimits.Key.memoryHigh.rawValue, .size(isEndless: true), initial: "infinity",
      "Bytes above which they are slowed down and memory is taken back from them"),
    Setting(
      ChatLimits.Key.tasksMax.rawValue, .count(1...Int64.max - 1, isEndless: true),
      initial: "infinity", "Processes and threads that they may be"),
  ]

  private static let handlerSettings = [
    Setting("kind", .text, "The kind of wg-handler(7); without it, the table's own name"),
    Setting("command", .command, "The program and its arguments, or one line for a shell"),
    Setting("environment", .variables, "Variables that the handler gets besides its others"),
  ]

  private static let modelSettings = [
    Setting("name", .text, "What the handler is told; without it, the table's own name"),
    Setting("endpoint", .url, "Where the model is"),
    Setting("handler", .text, "What answers in a new chat that names this model and no handler"),
  ]
}

/// Bounds of times.
enum Spans {
  static let millisecond: Int64 = 1_000_000
  static let second: Int64 = 1_000_000_000
  /// A hundred days: longer ones are `infinity`, or a slip.
  static let longest: Int64 = 8_640_000 * second
}
