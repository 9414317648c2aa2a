internal import ArgumentParser
internal import ChatProject
internal import ControlProtocol

/// The command `wg chat delete`.
struct ChatDelete: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Abandon a chat: end its handler, mark its task abandoned.",
    discussion: "The files of its history stay on the disk. Asks first on a terminal.")

  @OptionGroup var target: ChatTarget
  @Flag(name: [.long, .customShort("y")], help: "Do not ask.")
  var yes = false
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let chat = try project.resolve(target.chat)
    if !yes { try context.confirm("Delete chat \(chat.taskID) (\(chat.title))?") }
    return try project.change(target.chat, .delete)
  }
}
