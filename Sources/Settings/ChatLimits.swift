/// What the configuration sets for the handler of one chat.
///
/// `[chats]` counts for all chats, `[chats.N]` for chat N before that. wg-config(5).
public struct ChatLimits: Equatable, Sendable {
  /// Only what is limited.
  private var values: [Key: Int64] = [:]

  /// No limits.
  public init() {}

  /// What can be set, by its name in the file.
  enum Key: String, CaseIterable {
    case watchdog
    case memoryMax = "memory_max"
    case memoryHigh = "memory_high"
    case tasksMax = "tasks_max"
  }

  /// Nanoseconds between a handler's signs of life; nil: none are asked for.
  public var watchdog: Int64? { values[.watchdog] }
  /// Bytes the handler and all it started may have; nil: no limit.
  public var memoryMax: Int64? { values[.memoryMax] }
  /// Bytes above which they are slowed down and their memory is taken back; nil: no limit.
  public var memoryHigh: Int64? { values[.memoryHigh] }
  /// Processes and threads they may be; nil: no limit.
  public var tasksMax: Int64? { values[.tasksMax] }

  /// A watchdog of 0 is none, as in systemd.service(5).
  mutating func set(_ key: Key, _ number: Int64) {
    let isNone = number == .max || (key == .watchdog && number == 0)
    values[key] = isNone ? nil : number
  }
}
