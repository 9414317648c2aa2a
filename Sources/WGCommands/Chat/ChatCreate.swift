internal import ArgumentParser

/// The command `wg chat create`.
struct ChatCreate: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a chat.",
    discussion: """
      Works with the dispatcher up or down. The handler starts when the first message comes or \
      somebody attaches.
      """,
    aliases: ["new"])

  @OptionGroup var options: CreateOptions
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().create(options)
  }
}

/// What a new chat is to be.
struct CreateOptions: ParsableArguments {
  @Option(help: "What to call the chat.")
  var name: String?

  @OptionGroup var handler: HandlerOptions

  @Option(
    help: ArgumentHelp(
      "The folder that the handler works in. Default: the project.", valueName: "path"),
    completion: .directory)
  var cwd: String?
}
