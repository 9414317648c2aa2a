/// A command of `wg` with what the screen wants it for.
///
/// What changes something is done by the program that people type, so that there is one way to do
/// it, with the dispatcher up or down, and the screen never waits.
public struct Command: Equatable, Sendable {
  public enum Purpose: Equatable, Sendable {
    case list
    case explain(UInt32)
    case send(UInt32, text: String)
    case purge
    /// Any other change: what it says is shown.
    case change
  }

  public let purpose: Purpose
  /// After `wg --dir DIR`.
  public let arguments: [String]
  /// Standard input.
  public var input = ""

  /// All chats from the files.
  static let list = Command(purpose: .list, arguments: ["chat", "list", "--all", "--json"])

  static let purge = Command(purpose: .purge, arguments: ["service", "purge-chats", "--yes"])

  static func explain(_ chat: UInt32) -> Command {
    Command(purpose: .explain(chat), arguments: ["why", "\(chat)"])
  }

  static func send(_ text: String, to chat: UInt32) -> Command {
    Command(
      purpose: .send(chat, text: text), arguments: ["chat", "send", "\(chat)", "-"], input: text)
  }

  /// `stop`, `archive` and so on.
  static func change(_ verb: String, _ chat: UInt32, _ more: String...) -> Command {
    Command(purpose: .change, arguments: ["chat", verb, "\(chat)"] + more)
  }

  static func delete(_ chat: UInt32) -> Command { change("delete", chat, "--yes") }

  /// Names that begin with a dash are names.
  static func rename(_ chat: UInt32, to name: String) -> Command {
    Command(purpose: .change, arguments: ["chat", "rename", "\(chat)", "--", name])
  }

  /// What is empty is left to the project.
  static func create(name: String, handler: String, model: String) -> Command {
    let options = [("name", name), ("handler", handler), ("model", model)]
    return Command(
      purpose: .change,
      arguments: ["chat", "create"] + options.filter { !$0.1.isEmpty }.map { "--\($0.0)=\($0.1)" })
  }
}

extension Command {
  /// Commands of one lane are run one after the other; nil for those that need no order.
  public var lane: UInt32? {
    guard case .send(let chat, _) = purpose else { return nil }
    return chat
  }
}

/// What became of a command.
public struct CommandOutcome: Equatable, Sendable {
  public let command: Command
  public let succeeded: Bool
  /// Standard output.
  public let output: String
  /// Standard error.
  public let errors: String

  public init(_ command: Command, succeeded: Bool, output: String, errors: String) {
    self.command = command
    self.succeeded = succeeded
    self.output = output
    self.errors = errors
  }

  /// What a person should read of it, on one line.
  var sentence: String {
    let said = succeeded ? output + errors : errors.isEmpty ? output : errors
    let lines = said.split(separator: "\n").map { line in
      line.hasPrefix("wg: ") ? line.dropFirst(4) : line
    }
    return lines.joined(separator: " · ")
  }
}
