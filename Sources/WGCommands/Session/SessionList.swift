internal import ArgumentParser
internal import ChatStorage
internal import JSONLines

/// The command `wg session list`.
struct SessionList: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the sessions, their names and who holds them.",
    aliases: ["ls"])

  @Flag(help: "The first characters of each uuid only.")
  var short = false

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let sessions = try SessionRegistry(project.layout).load()
    let views = try sessions.entries.map { try project.view(of: $0) }
    return Report(
      document: .array(views.map { .object($0.payload) }), lines: lines(views),
      notes: sessions.problems.map(\.description))
  }

  private func lines(_ views: [SessionView]) -> [String] {
    if views.isEmpty { return ["No sessions."] }
    var table = TextTable("SESSION", "KIND", "NAMES", "HOLDER", "CREATED")
    for view in views {
      let entry = view.entry
      table.add(
        short ? String(entry.id.text.prefix(8)) : entry.id.text, entry.kind, view.names,
        view.standingWords, entry.archivedAt == nil ? entry.created : "\(entry.created) (archived)")
    }
    return table.lines
  }
}
