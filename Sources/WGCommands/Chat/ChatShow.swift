internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines

/// The command `wg chat show`.
struct ChatShow: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a chat's state, handler and last exit.")

  @OptionGroup var target: ChatTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let chat = try project.status(of: project.resolve(target.chat))
    return Report(["chat": chat.json], lines: ChatDetails.lines(chat))
  }
}
