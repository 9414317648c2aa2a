internal import HandlerKinds

/// What `wg-handler` was asked to do.
enum HandlerInvocation: Equatable, Sendable {
  case help
  case version
  case run(HandlerArguments)
  /// A kind that this version does not know; each message is told so.
  case unavailable(String)
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
    default: return try kind(first, arguments.dropFirst())
    }
  }

  private static func kind(
    _ name: String, _ rest: ArraySlice<String>
  ) throws(UsageError) -> HandlerInvocation {
    guard !name.hasPrefix("-"), !name.isEmpty else {
      throw UsageError("unknown option '\(name)'; the first argument is the handler kind")
    }
    guard let kind = BuiltInKind(rawValue: name) else { return .unavailable(name) }
    var reader = OptionReader(kind, rest)
    return try reader.read().map { .run($0) } ?? .help
  }
}
