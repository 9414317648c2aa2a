internal import ArgumentParser

/// The command `wg chat restore`.
struct ChatRestore: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Bring an archived chat back, with its history.",
    discussion: "Also undoes `purge-chats` for this chat.")

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .restore)
  }
}
