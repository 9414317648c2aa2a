internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines

/// The command `wg chat list`.
struct ChatListCommand: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List chats with their states.", aliases: ["ls"])

  @Flag(name: [.long, .customShort("a")], help: "Archived chats too.")
  var all = false
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let overview = try context.project().overview(includesArchived: all)
    let payload: JSONObject = [
      "dispatcher": .text(overview.dispatcher.rawValue),
      "chats": .array(overview.chats.map(\.json)),
    ]
    return Report(payload, lines: lines(overview.chats), notes: overview.notes)
  }

  private func lines(_ chats: [ChatStatus]) -> [String] {
    if chats.isEmpty { return ["No chats. Make one with `wg chat create --name NAME`."] }
    var table = TextTable("ID", "NAME", "STATE", "HANDLER", "PENDING", "TITLE")
    for chat in chats {
      table.add(
        "\(chat.chatID)", chat.name ?? "-", chat.state.rawValue, chat.handler, "\(chat.pending)",
        chat.title)
    }
    return table.lines
  }
}
