internal import ArgumentParser
internal import TaskGraph

/// The command `wg retry`.
struct RetryTask: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Open a task again that is done, failed or abandoned.",
    discussion: "An archived chat is brought back by `wg chat restore` and by nothing else.")

  @Argument(help: "The task's id; a chat may be named in any way that `wg chat` accepts.")
  var id: String

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    try project.requireNotRetired(project.taskID(id))
    let change = project.graphChange("wg retry")
    return try project.changeTask(id) { row in row.reopened(by: change) }
  }
}
