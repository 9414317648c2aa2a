internal import ArgumentParser
internal import ChatProject
internal import ControlProtocol
internal import JSONLines
internal import TaskGraph

/// The command `wg show`.
struct ShowTask: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one task of the graph.")

  @Argument(help: "The task's id; a chat may be named in any way that `wg chat` accepts.")
  var id: String

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    if let row = try project.graph.task(id), ChatTaskID(row.id) == nil {
      return Report(["task": .object(row.object), "chat": nil], lines: TaskDetails.lines(row))
    }
    let summary = try chat(in: project)
    let chat = try project.status(of: summary)
    return Report(
      ["task": .object(summary.row.object), "chat": chat.json],
      lines: TaskDetails.lines(summary.row.task) + [""] + ChatDetails.lines(chat))
  }

  private func chat(in project: Project) throws -> ChatSummary {
    do {
      return try project.resolve(id)
    } catch let error as ControlError where error.code == .notFound {
      throw ControlError(
        .notFound, "there is no task `\(id)`", hint: "`wg list --all` lists them")
    }
  }
}
