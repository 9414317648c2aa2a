internal import ArgumentParser

/// The command `wg chat stop`.
struct ChatStop: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "End a chat's handler and keep it down until `start`.",
    discussion: "Messages queue meanwhile. Works with the dispatcher up or down.")

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .stop)
  }
}
