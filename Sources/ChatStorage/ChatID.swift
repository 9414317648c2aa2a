/// The number of a chat, which is what its task, its aliases and its files are named by.
public struct ChatID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let number: UInt32

  public init(_ number: UInt32) { self.number = number }

  /// Reads `.chat-N`, the older `.coordinator-N`, and `.coordinator`, which was chat 0.
  ///
  /// Nil for everything else: signs, leading zeros, numbers beyond 32 bits, other tasks.
  public init?(taskID: String) {
    if taskID == ".coordinator" {
      self.init(0)
    } else if let chat = Self(taskID, after: ".chat-") ?? Self(taskID, after: ".coordinator-") {
      self = chat
    } else {
      return nil
    }
  }

  /// Reads what sessions are also called: `chat-N`, `coordinator-N`, `N`.
  public init?(alias: String) {
    guard
      let chat = Self(alias, after: "chat-") ?? Self(alias, after: "coordinator-")
        ?? Self(digits: alias[...])
    else { return nil }
    self = chat
  }

  private init?(_ text: String, after prefix: String) {
    guard text.hasPrefix(prefix) else { return nil }
    self.init(digits: text.dropFirst(prefix.count))
  }

  /// Reads a decimal number in its one canonical spelling.
  init?(digits: Substring) {
    guard let number = UInt32(digits), String(number) == digits else { return nil }
    self.init(number)
  }

  /// The chat's task in the graph: `.chat-N`.
  public var taskID: String { ".chat-\(number)" }

  /// What the task was called before: `.coordinator-N`.
  public var legacyTaskID: String { ".coordinator-\(number)" }

  /// The names under which the chat's session is registered.
  public var aliases: [String] { ["chat-\(number)", "coordinator-\(number)", "\(number)"] }

  public var description: String { taskID }

  public static func < (left: ChatID, right: ChatID) -> Bool { left.number < right.number }
}
