internal import ArgumentParser
internal import ChatProject
internal import TaskGraph

/// The task that a command is about.
struct TaskTarget: ParsableArguments {
  @Argument(help: "The task's id; a chat may be named in any way that `wg chat` accepts.")
  var id: String
}

/// Why a task ended as it did.
struct TaskReason: ParsableArguments {
  @Option(name: [.customLong("reason"), .customShort("r")], help: "Why, in a sentence.")
  var text: String?
}

/// The command `wg done`.
struct DoneTask: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "done", abstract: "Mark a task as done.",
    discussion: "A chat whose task is done has no handler any more and starts none.")

  @OptionGroup var target: TaskTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().changeTask(target, as: "wg done") { $0.completed(by: $1) }
  }
}

/// The command `wg fail`.
struct FailTask: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "fail", abstract: "Mark a task as failed.")

  @OptionGroup var target: TaskTarget
  @OptionGroup var reason: TaskReason
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().changeTask(target, as: "wg fail") { $0.failed(reason.text, by: $1) }
  }
}

/// The command `wg abandon`.
struct AbandonTask: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "abandon", abstract: "Mark a task as abandoned.")

  @OptionGroup var target: TaskTarget
  @OptionGroup var reason: TaskReason
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().changeTask(target, as: "wg abandon") {
      $0.abandoned(reason.text, by: $1)
    }
  }
}

/// The command `wg retry`.
struct RetryTask: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Open a task again that is done, failed or abandoned.",
    discussion: "An archived chat is brought back by `wg chat restore` and by nothing else.")

  @OptionGroup var target: TaskTarget
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    try project.requireNotRetired(project.taskID(target.id))
    return try project.changeTask(target, as: "wg retry") { $0.reopened(by: $1) }
  }
}

extension Project {
  /// One step in a task's life; `step` answers nil where the task is there already.
  fileprivate func changeTask(
    _ target: TaskTarget, as actor: String, _ step: (TaskRow, GraphChange) -> TaskRow?
  ) throws -> Report {
    let change = graphChange(actor)
    return try changeTask(target.id) { row in step(row, change) }
  }
}
