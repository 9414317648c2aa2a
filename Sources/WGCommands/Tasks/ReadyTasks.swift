internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import TaskGraph

/// The command `wg ready`.
struct ReadyTasks: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "ready", abstract: "List the tasks that somebody can begin with.",
    discussion:
      "The most urgent first. Chats and other tasks with a leading dot are not among them.")

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let (rows, problems) = try TaskListing.read(try context.project().graph)
    let listing = TaskListing(rows: Self.ready(rows, at: Clock.wall), chats: [])
    return Report(
      document: .array(listing.json),
      lines: listing.rows.isEmpty ? ["Nothing is ready."] : listing.lines,
      notes: problems.map(\.description))
  }

  static func ready(_ rows: [TaskRow], at now: Int64) -> [TaskRow] {
    let statuses = Dictionary(rows.map { ($0.id, $0.status) }) { _, last in last }
    return rows.enumerated().filter {
      !$0.element.id.hasPrefix(".") && $0.element.isReady(at: now) { statuses[$0] }
    }.sorted {
      ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset)
    }.map(\.element)
  }
}
