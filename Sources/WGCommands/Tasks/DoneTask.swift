internal import ArgumentParser
internal import TaskGraph

/// The command `wg done`.
struct DoneTask: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "done", abstract: "Mark a task as done.",
    discussion: "A chat whose task is done has no handler any more and starts none.")

  @Argument(help: "The task's id; a chat may be named in any way that `wg chat` accepts.")
  var id: String

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let change = project.graphChange("wg done")
    return try project.changeTask(id) { row in row.completed(by: change) }
  }
}
