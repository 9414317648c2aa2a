internal import ControlProtocol
internal import LinuxSystem

/// Chats in columns, as `wg chat list` and `wg service status` show them.
enum ChatTableText {
  static func lines(_ chats: [ChatStatus], now: Int64 = Clock.wall) -> [String] {
    var table = TextTable(
      "ID", "NAME", "STATE", "SINCE", "PID", "MEMORY", "RESTARTS", "PENDING", "NEXT", "HANDLER",
      "TITLE")
    for chat in chats {
      table.add(
        "\(chat.chatID)", chat.name ?? "-", chat.state.rawValue,
        Amount.since(chat.since, now: now), chat.pid.map { "\($0)" } ?? "-",
        chat.memoryBytes.map(Amount.memory) ?? "-", "\(chat.restarts)", "\(chat.pending)",
        Amount.until(chat.nextEventAt, now: now), chat.handler, chat.title)
    }
    return table.lines
  }
}
