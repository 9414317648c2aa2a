internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import TaskGraph
internal import Terminal

/// The command `wg add`.
struct AddTask: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add a task to the graph.",
    discussion: "A task that would wait for itself is refused, with the way round.")

  @Argument(help: "What is to be done, in a line.")
  var title: String

  @Option(help: "The task's id; made from the title when it is not given.")
  var id: String?

  @Option(
    name: .customLong("after"),
    help: ArgumentHelp("A task that must be finished first; repeatable.", valueName: "id"))
  var after: [String] = []

  @Option(
    name: .customLong("before"),
    help: ArgumentHelp("A task that comes after the new one; repeatable.", valueName: "id"))
  var before: [String] = []

  @Option(
    name: [.long, .customShort("d")],
    help: ArgumentHelp("More about it; - reads standard input.", valueName: "text"))
  var description: String?

  @Option(
    name: .customLong("description-file"),
    help: ArgumentHelp("More about it, from a file.", valueName: "file"))
  var descriptionFile: String?

  @Option(
    name: [.customLong("tag"), .customShort("t")],
    help: ArgumentHelp("A tag; repeatable.", valueName: "tag"))
  var tags: [String] = []

  @Option(
    name: .customLong("skill"),
    help: ArgumentHelp("What one must be able to do for it; repeatable.", valueName: "skill"))
  var skills: [String] = []

  @Option(
    name: .customLong("deliverable"),
    help: ArgumentHelp("What it produces; repeatable.", valueName: "what"))
  var deliverables: [String] = []

  @Option(help: ArgumentHelp("More is more urgent.", valueName: "number"))
  var priority: UInt32 = 10

  @Option(name: [.long, .customShort("m")], help: "The model that is to work on it.")
  var model: String?

  @Option(help: ArgumentHelp("A command that tells whether it is done.", valueName: "command"))
  var verify: String?

  @Option(help: ArgumentHelp("Not ready before this time, RFC 3339.", valueName: "time"))
  var notBefore: String?

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let draft = try draft(context)
    let change = project.graphChange("wg add")
    let task = try project.graph.modify { editor throws(StorageError) in
      try editor.add(blocking: before, by: change, after: after) { isTaken in
        var task = draft
        if id == nil { task.id = TaskID.make(fromTitle: title, isTaken: isTaken) }
        return task
      }
    }
    let notes = project.announceGraphChange().notes
    return Report(
      ["task_id": .text(task.id.text), "title": .text(task.title)],
      lines: [SafeText.line("Added task \(task.id) (\(task.title)).")], notes: notes)
  }

  private func draft(_ context: CommandContext) throws -> NewTask {
    guard !title.allSatisfy(\.isWhitespace) else {
      throw ControlError(.usage, "the title is empty")
    }
    var task = NewTask(id: try givenID(), title: title)
    task.description = try text(context) ?? ""
    task.priority = Int64(priority)
    task.tags = tags
    task.skills = skills
    task.deliverables = deliverables
    task.model = model
    task.verify = verify
    task.notBefore = try notBefore.map(Self.time)
    return task
  }

  /// What is given; otherwise any, as it is replaced when the ids that exist are known.
  private func givenID() throws -> TaskID {
    guard let id else { return TaskID.make(fromTitle: title) { _ in false } }
    guard let valid = TaskID(id) else {
      throw ControlError(
        .usage, "`\(id)` cannot be a task's id",
        hint: "an id has no white space and no slash, and begins with neither a dash nor a dot; "
          + "chats are made by `wg chat create`")
    }
    return valid
  }

  private func text(_ context: CommandContext) throws -> String? {
    switch (description, descriptionFile) {
    case (nil, nil): return nil
    case (let text?, nil): return try MessageText.read(text, from: context.console)
    case (nil, let file?): return try TextFile.read(context.absolute(file))
    case (_?, _?):
      throw ControlError(.usage, "--description and --description-file exclude each other")
    }
  }

  private static func time(_ text: String) throws -> String {
    guard let time = Timestamp.parse(text) else {
      throw ControlError(
        .usage, "`\(text)` is not a time", hint: "for example 2026-04-27T18:00:00Z")
    }
    return Timestamp.rfc3339(time)
  }
}
