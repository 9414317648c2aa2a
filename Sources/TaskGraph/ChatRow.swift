public import JSONLines

/// A task that is a chat: its row, and what this program reads of it.
public struct ChatRow: Equatable, Sendable {
  public let id: ChatTaskID
  public internal(set) var task: TaskRow

  /// Nil when the task's id is not that of a chat.
  public init?(_ task: TaskRow) {
    guard let id = ChatTaskID(task.id) else { return nil }
    self.id = id
    self.task = task
  }

  /// Nil when the row's id is not that of a chat.
  public init?(_ object: JSONObject) { self.init(TaskRow(object)) }

  public var number: UInt32 { id.number }
  public var isLegacy: Bool { id.isLegacy }
  public var object: JSONObject { task.object }
  public var status: TaskStatus { task.status }
  public var title: String { task.title }
  public var tags: [String] { task.tags }

  /// What follows `Chat: ` in the title, the way a person named it; nil for an unnamed chat.
  public var name: String? {
    for prefix in ChatTitle.prefixes where title.lowercased().hasPrefix(prefix.lowercased()) {
      let name = title.dropFirst(prefix.count)
      return name.isEmpty ? nil : String(name)
    }
    return nil
  }

  /// Whether the row carries the tag `archived`.
  public var isArchived: Bool { tags.contains(ChatTag.archived) }

  /// Whether the row carries a loop tag of either spelling.
  public var hasLoopTag: Bool { tags.contains { ChatTag.loops.contains($0) } }

  /// Whether the row by itself says that nothing may run for this chat: archived, deleted, or ended.
  public var isRetired: Bool { isArchived || status == .done || status == .abandoned }

  /// The program and its arguments; empty when the row names none.
  public var commandArguments: [String] { task.strings("command_argv") }
  public var executorPreset: String? { task.text("executor_preset_name") }
  public var model: String? { task.text("model") }
  public var endpoint: String? { task.text("endpoint") }
  public var workingDirectory: String? { task.text("working_dir") }
}

extension Sequence<ChatRow> {
  /// By number one row for each chat: where both spellings exist, the one with today's.
  public var standing: [UInt32: ChatRow] {
    Dictionary(map { ($0.number, $0) }) { one, other in
      one.id.precedence <= other.id.precedence ? one : other
    }
  }
}

/// The tags by which programs tell chats from other tasks.
public enum ChatTag {
  public static let loop = "chat-loop"
  public static let legacyLoop = "coordinator-loop"
  public static let archived = "archived"
  static let loops = [loop, legacyLoop]
}

/// How chats are titled.
enum ChatTitle {
  static let prefixes = ["Chat: ", "Coordinator: "]

  static func of(_ number: UInt32, name: String?) -> String {
    name.map { "Chat: \($0)" } ?? "Chat \(number)"
  }

  /// The title in today's words; nil when it needs no change.
  static func migrated(_ title: String) -> String? {
    if title.hasPrefix("Coordinator: ") { return "Chat: " + title.dropFirst(13) }
    let number = title.dropFirst(12)
    guard title.hasPrefix("Coordinator "), UInt32(number) != nil else { return nil }
    return "Chat " + number
  }
}
