internal import ChatStorage

extension LogEntry {
  /// An entry about one chat that no decision stands behind.
  init(_ level: Level, _ event: LogEvent, about chat: ChatID, _ message: String) {
    self.init(
      level: level, event: event, message: "Coordinator-\(chat.number): \(message)",
      fields: [
        (name: "WG_CHAT", value: ".chat-\(chat.number)"),
        (name: "WG_CHAT_ID", value: String(chat.number)),
      ])
  }

  /// What is bounded together.
  var kind: EntryLimiter.Kind {
    let chat = fields.first { $0.name == "WG_CHAT" }?.value
    return EntryLimiter.Kind(event: event, chat: chat, sentence: chat == nil ? message : nil)
  }

  /// Tells how many entries were left out.
  static func summary(_ summary: EntryLimiter.Summary) -> LogEntry {
    let chat = summary.chat.map { " about \($0)" } ?? ""
    return LogEntry(
      level: .warning, event: .logSuppressed,
      message: "\(summary.count) similar entries suppressed: \(summary.event.rawValue)\(chat)",
      fields: [
        (name: "WG_SUPPRESSED", value: String(summary.count)),
        (name: "WG_SUPPRESSED_EVENT", value: summary.event.rawValue),
      ] + chatFields(summary.chat))
  }

  private static func chatFields(_ task: String?) -> [(name: String, value: String)] {
    guard let task, let chat = ChatID(taskID: task) else { return [] }
    return [(name: "WG_CHAT", value: task), (name: "WG_CHAT_ID", value: String(chat.number))]
  }

  /// Tells how many entries the journal did not take.
  static func loss(of count: UInt64) -> LogEntry {
    LogEntry(
      level: .warning, event: .logLost,
      message: "the journal did not take \(count) entries, see daemon.log",
      fields: [(name: "WG_LOST", value: String(count))])
  }
}
