internal import ArgumentParser

/// The command `wg chat rename`.
struct ChatRename: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Give a chat another name.",
    discussion: "Works with the dispatcher up or down, and for archived chats too.")

  @OptionGroup var target: ChatTarget

  @Argument(help: "What to call the chat from now on.")
  var name: String

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().change(target.chat, .rename(name))
  }
}
