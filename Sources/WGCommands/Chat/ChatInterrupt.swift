internal import ArgumentParser

/// The command `wg chat interrupt`.
struct ChatInterrupt: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "interrupt", abstract: "Interrupt the turn that a chat's handler is in.",
    discussion: "Sends SIGINT. Needs the dispatcher.")

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .interrupt)
  }
}
