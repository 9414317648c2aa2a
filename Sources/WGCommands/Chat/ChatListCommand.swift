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
    if watch { try LiveView(project: project).show { try report(project) } }
    return try report(project)
  }

  private func report(_ project: Project) throws -> Report {
    let overview = try project.overview(includesArchived: all)
    let payload: JSONObject = [
      "dispatcher": .text(overview.dispatcher.rawValue),
      "chats": .array(overview.chats.map(\.json)),
    ]
    return Report(payload, lines: lines(overview.chats), notes: overview.notes)
  }

  private func lines(_ chats: [ChatStatus]) -> [String] {
    if chats.isEmpty { return ["No chats. Make one with `wg chat create --name NAME`."] }
    return ChatTableText.lines(chats)
  }
}
