public import Settings
public import TaskGraph

/// What to run for a chat, as its row says it.
public enum HandlerSpecification: Equatable, Sendable {
  /// A kind that `wg-handler` knows or will refuse with a clear answer.
  case builtIn(String)
  /// A table of `[handlers]`; the options that the chat says itself are left out.
  case configured(ConfiguredHandler, said: Set<String>)
  /// A program that takes lines and prints lines; `wg-handler command` stands between.
  case command([String])
  /// A program that follows the handler contract by itself.
  case contract([String])

  /// The preset's name in rows whose program follows the handler contract.
  static let contractPreset = "exec"

  /// Reads a row.
  ///
  /// A row that names nothing gets the project's default.
  public init(_ row: ChatRow, _ configuration: Configuration) {
    let arguments = row.commandArguments
    switch row.executorPreset {
    case Self.contractPreset? where !arguments.isEmpty: self = .contract(arguments)
    case let preset?: self.init(named: preset, row, configuration)
    case nil where arguments.isEmpty: self.init(named: configuration.handler, row, configuration)
    case nil: self = .command(arguments)
    }
  }

  private init(named name: String, _ row: ChatRow, _ configuration: Configuration) {
    guard let handler = configuration.handler(named: name) else {
      self = .builtIn(name)
      return
    }
    let use = ModelUse(row, configuration)
    self = .configured(handler, said: use.said)
  }

  /// The program and its arguments, given where `wg-handler` is.
  public func arguments(handlerProgram: String) -> [String] {
    switch self {
    case .builtIn(let kind): [handlerProgram, kind]
    case .configured(let handler, let said): [handlerProgram] + handler.arguments(except: said)
    case .command(let command): [handlerProgram, "command", "--"] + command
    case .contract(let command): command
    }
  }

  /// A word for lists: the kind, or the name of the program.
  public var label: String {
    switch self {
    case .builtIn(let kind): kind
    case .configured(let handler, _): handler.name
    case .command(let command): Self.programName(command)
    case .contract(let command): Self.programName(command)
    }
  }

  /// The last part of the program's path; for `bash -lc TEXT`, the first word of the text.
  private static func programName(_ command: [String]) -> String {
    let isShell = command.count == 3 && command[1] == "-lc"
    let text = isShell ? command[2].split(separator: " ").first : command.first?[...]
    return text?.split(separator: "/").last.map(String.init) ?? "?"
  }
}
