internal import ArgumentParser

/// The command `wg chat reset`.
struct ChatReset: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset",
    abstract: "Forget a chat's crashes, so that a parked chat may start again.",
    discussion: "Works with the dispatcher up or down.")

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .reset)
  }
}
