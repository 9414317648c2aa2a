internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines
internal import Terminal

/// The command `wg events`.
struct EventsCommand: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Print the dispatcher's decisions, and go on as they are made.",
    discussion: """
      Each decision has a number, which is the cursor: with --since it goes on after it, also \
      across restarts of the dispatcher, as long as the records are kept.
      """)

  @Flag(name: [.long, .customShort("f")], help: "Go on with new decisions as they are made.")
  var follow = false

  @Option(help: ArgumentHelp("Only what came after this number.", valueName: "cursor"))
  var since: UInt64?

  @Option(help: ArgumentHelp("Only decisions about this chat.", valueName: "chat"))
  var chat: String?

  @Option(
    name: [.customShort("n"), .customLong("lines")],
    help: ArgumentHelp(
      "Without --since, the last so many decisions; 0 prints all.", valueName: "count"))
  var count = 100

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if count < 0 { throw ValidationError("the number of decisions cannot be negative") }
  }

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let chat = try chat.map { try project.resolve($0).id.number }
    let reader = EventReader(project: project, chat: chat)
    if follow {
      try reader.follow(after: since, last: count) { row in
        context.console.say(context.isJSON ? row.json.description : SafeText.line(row.line))
      }
    }
    let rows = try reader.recorded(after: since, last: count)
    return Report(
      ["cursor": .integer(try reader.cursor()), "events": .array(rows.map(\.json))],
      lines: rows.map { SafeText.line($0.line) }, notes: try reader.notes(after: since))
  }
}
