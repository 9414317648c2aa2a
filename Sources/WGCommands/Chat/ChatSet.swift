internal import ArgumentParser

/// The command `wg chat set`.
struct ChatSet: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change a chat's handler, model or endpoint in place.",
    discussion: "A running handler is replaced after its turn. The history stays.")

  @OptionGroup var target: ChatTarget
  @OptionGroup var handler: HandlerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if handler.isEmpty {
      throw ValidationError("one of --handler, --command, --model, --endpoint is needed")
    }
  }

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .set(handler))
  }
}
