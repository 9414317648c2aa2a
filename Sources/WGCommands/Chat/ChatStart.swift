internal import ArgumentParser

/// The command `wg chat start`.
struct ChatStart: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Let a stopped chat have a handler again.",
    discussion: "It starts when somebody listens or a message waits.")

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .start)
  }
}
