internal import ArgumentParser
internal import ChatProject
internal import ControlProtocol
internal import SystemPackage

/// What answers in a chat.
struct HandlerOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("executor"), .customLong("exec")],
    help: ArgumentHelp(
      "A kind of handler (echo, claude, codex, openai, …) or, with a slash, a program that follows wg-handler(7).",
      valueName: "kind"))
  var handler: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A shell command that reads a line and prints lines.", valueName: "text"))
  var command: String?

  @Option(name: [.long, .customShort("m")], help: "The model that the handler is to use.")
  var model: String?

  @Option(
    name: [.long, .customShort("e")],
    help: ArgumentHelp("The model's endpoint.", valueName: "url"))
  var endpoint: String?

  func validate() throws {
    if handler != nil && command != nil {
      throw ValidationError("--command cannot be combined with --handler")
    }
  }

  var isEmpty: Bool {
    handler == nil && command == nil && model == nil && endpoint == nil
  }

  /// As it is named to a dispatcher, which is in another folder.
  func absoluteHandler(_ currentDirectory: FilePath) -> String? {
    guard let handler, handler.contains("/") else { return handler }
    return currentDirectory.pushing(FilePath(handler)).lexicallyNormalized().string
  }

  /// Nil when neither was given.
  func choice(currentDirectory: FilePath) -> HandlerChoice? {
    if let command { return .command(command) }
    return handler.map { HandlerChoice.parse(handler: $0, currentDirectory: currentDirectory) }
  }
}
