internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines
internal import TaskGraph

/// The command `wg log`.
struct LogTask: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "Write into a task's log, or show it.",
    discussion: "Without a message the log is shown.")

  @Argument(help: "The task's id; a chat may be named in any way that `wg chat` accepts.")
  var id: String

  @Argument(help: "What to write; - reads standard input.")
  var message: String?

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    guard let message else { return try show(project) }
    let text = try MessageText.read(message, from: context.console)
    let change = project.graphChange("wg log")
    let report = try project.changeTask(id) { row in row.noted(text, by: change) }
    return Report(document: report.document, lines: ["Noted."], notes: report.notes)
  }

  private func show(_ project: Project) throws -> Report {
    let id = try project.taskID(id)
    guard let row = try project.graph.task(id) else { throw project.noSuchTask(id) }
    let entries = row.object["log"]?.array ?? []
    return Report(
      ["task_id": .text(id), "log": .array(entries)],
      lines: entries.isEmpty ? ["The log is empty."] : entries.map(TaskDetails.entry))
  }
}
