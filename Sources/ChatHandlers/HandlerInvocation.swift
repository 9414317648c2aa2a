internal import TimeSpans

/// What `wg-handler` was asked to do.
enum HandlerInvocation: Equatable, Sendable {
  case help
  case version
  case run(HandlerKind)
}

/// Who answers the messages of the chat.
enum HandlerKind: Equatable, Sendable {
  /// The content comes back.
  case echo
  /// A program reads the message and prints the answer.
  case command(CommandSettings)
  /// A kind that this version cannot run; each message is told so.
  case unavailable(String)
}

/// How the program of a `command` handler is run, and when its answer is complete.
struct CommandSettings: Equatable, Sendable {
  /// The program and its arguments; never empty.
  var arguments: [String]
  /// What the program shows when it waits for input.
  ///
  /// Empty: its silence tells.
  var prompts: [String] = []
  /// Nanoseconds without output, after some output, that end an answer.
  var quiet: Int64 = 300_000_000
  /// Nanoseconds without any output that end an answer as empty.
  var silence: Int64 = 2_000_000_000
  /// Nanoseconds from the message to the end of its answer.
  var answerTimeout: Int64 = 120_000_000_000
  /// Whether the program gets a terminal; pipes otherwise.
  var usesTerminal = true
}

/// What is wrong with an invocation, for a person.
struct UsageError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension HandlerInvocation {
  /// Reads the arguments that follow the program's name.
  static func parse(_ arguments: [String]) throws(UsageError) -> HandlerInvocation {
    guard let first = arguments.first else {
      throw UsageError(
        "a handler kind is missing: wg-handler KIND [options] [-- program arguments]")
    }
    switch first {
    case "--help", "-h": return .help
    case "--version": return .version
    case "command": return try command(arguments.dropFirst())
    default: return try named(first, arguments.dropFirst())
    }
  }

  private static func named(
    _ kind: String, _ rest: ArraySlice<String>
  ) throws(UsageError) -> HandlerInvocation {
    guard !kind.hasPrefix("-"), !kind.isEmpty else {
      throw UsageError("unknown option '\(kind)'; the first argument is the handler kind")
    }
    if rest.contains("--help") || rest.contains("-h") { return .help }
    if let extra = rest.first {
      throw UsageError("handler kind \(kind) takes no argument '\(extra)'")
    }
    return .run(kind == "echo" ? .echo : .unavailable(kind))
  }

  private static func command(_ rest: ArraySlice<String>) throws(UsageError) -> HandlerInvocation {
    var options = OptionReader(rest)
    var settings = CommandSettings(arguments: [])
    while let option = try options.nextOption() {
      switch option {
      case "--help", "-h": return .help
      case "--prompt": settings.prompts.append(try options.text(of: option))
      case "--quiet": settings.quiet = try options.span(of: option)
      case "--silence": settings.silence = try options.span(of: option)
      case "--answer-timeout": settings.answerTimeout = try options.span(of: option)
      case "--no-pty": settings.usesTerminal = false
      default: throw UsageError("unknown option '\(option)' for handler kind command")
      }
    }
    settings.arguments = Array(options.rest)
    guard settings.arguments.first?.isEmpty == false else {
      throw UsageError("handler kind command needs a program: wg-handler command -- program …")
    }
    return .run(.command(settings))
  }
}

/// Takes options off the front of an argument list: `--name value`, `--name=value`, `--`.
private struct OptionReader {
  private(set) var rest: ArraySlice<String>
  private var attached: String?

  init(_ arguments: ArraySlice<String>) { rest = arguments }

  /// The next option's name, or nil when the program's own arguments begin.
  mutating func nextOption() throws(UsageError) -> String? {
    if let attached { throw UsageError("no value is expected before '\(attached)'") }
    guard let next = rest.first, next.hasPrefix("-"), next != "-" else { return nil }
    rest.removeFirst()
    if next == "--" { return nil }
    guard next.hasPrefix("--"), let equals = next.firstIndex(of: "=") else { return next }
    attached = String(next[next.index(after: equals)...])
    return String(next[..<equals])
  }

  mutating func text(of option: String) throws(UsageError) -> String {
    if let value = attached {
      attached = nil
      return try nonEmpty(value, option)
    }
    return try nonEmpty(rest.first == "--" ? nil : rest.popFirst(), option)
  }

  private func nonEmpty(_ value: String?, _ option: String) throws(UsageError) -> String {
    guard let value, !value.isEmpty else { throw UsageError("\(option) needs a value") }
    return value
  }

  mutating func span(of option: String) throws(UsageError) -> Int64 {
    let value = try text(of: option)
    guard let span = try? TimeSpan.parse(value).nanoseconds, span > 0 else {
      throw UsageError("\(option) \(value): not a time span such as 2, 0.3, 500ms or 5min")
    }
    return span
  }
}
