internal import ArgumentParser
internal import TaskGraph

/// The command `wg fail`.
struct FailTask: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "fail", abstract: "Mark a task as failed.")

  @Argument(help: "The task's id; a chat may be named in any way that `wg chat` accepts.")
  var id: String

  @Option(name: [.long, .customShort("r")], help: "Why, in a sentence.")
  var reason: String?

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let change = project.graphChange("wg fail")
    return try project.changeTask(id) { row in row.failed(reason, by: change) }
  }
}
