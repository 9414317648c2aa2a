internal import ArgumentParser

/// The command `wg chat archive`.
struct ChatArchive: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "archive", abstract: "Retire a chat: end its handler and keep its history.",
    discussion: "Nothing starts it again until `wg chat restore`.")

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .archive)
  }
}
