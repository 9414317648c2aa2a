internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines

/// The command `wg chat list`.
struct ChatListCommand: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List chats with their states.", aliases: ["ls"])

  @Flag(name: [.long, .customShort("a")], help: "Archived chats too.")
  var all = false

  @Flag(name: [.long, .customShort("w")], help: "List them again whenever something was decided.")
  var watch = false

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let isJSON = context.isJSON
    if watch { try LiveView(project: project).show { try report(project, asJSON: isJSON) } }
    return try report(project, asJSON: isJSON)
  }

  /// Of very many chats, so that only what is shown is made.
  private func report(_ project: Project, asJSON: Bool) throws -> Report {
    let overview = try project.overview(includesArchived: all)
    let payload: JSONObject = [
      "dispatcher": .text(overview.dispatcher.rawValue),
      "chats": .array(asJSON ? overview.chats.map(\.json) : []),
    ]
    return Report(payload, lines: asJSON ? [] : lines(overview.chats), notes: overview.notes)
  }

  private func lines(_ chats: [ChatStatus]) -> [String] {
    if chats.isEmpty { return ["No chats. Make one with `wg chat create --name NAME`."] }
    return ChatTableText.lines(chats)
  }
}
