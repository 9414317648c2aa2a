internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines
internal import TaskGraph

/// The command `wg list`.
struct ListTasks: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tasks of the graph, chats with their states.",
    discussion: "Tasks whose id begins with a dot are shown with --all only; chats always are.")

  @Flag(name: [.long, .customShort("a")], help: "Also tasks whose id begins with a dot.")
  var all = false

  @Option(help: "Only tasks in this status, such as open or in-progress.")
  var status: String?

  @Option(
    name: .customLong("tag"), help: ArgumentHelp("Only tasks with this tag.", valueName: "tag"))
  var tags: [String] = []

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let (rows, problems) = try TaskListing.read(project.graph)
    let shown = rows.filter(isShown)
    let overview = try project.overview(includesArchived: true)
    let listing = TaskListing(rows: shown, chats: overview.chats)
    return Report(
      document: .array(listing.json), lines: listing.lines,
      notes: problems.map(\.description) + overview.notes)
  }

  private func isShown(_ row: TaskRow) -> Bool {
    let isHidden = row.id.hasPrefix(".") && ChatTaskID(row.id) == nil
    return (all || !isHidden) && (status.map { row.status == TaskStatus($0) } ?? true)
      && tags.allSatisfy(row.tags.contains)
  }
}
