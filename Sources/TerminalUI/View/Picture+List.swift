internal import ControlProtocol
internal import LinuxSystem
internal import Terminal

/// The chats.
extension Picture {
  mutating func drawList() {
    let shelf = model.shelf
    if shelf.rows.isEmpty { return drawNoChats() }
    let first = layout.firstRow(of: shelf)
    for (index, chat) in shelf.rows.dropFirst(first).prefix(layout.list.size.rows).enumerated() {
      draw(chat, in: row(index, of: layout.list))
    }
  }

  private mutating func drawNoChats() {
    let text: String =
      if !model.shelf.filter.isEmpty {
        "no chat has “\(model.shelf.filter)”"
      } else if model.link == .connecting || model.isListing {
        "reading…"
      } else {
        model.shelf.showsArchive ? "the archive is empty" : "no chats; n makes one"
      }
    draw(
      StyledLine(text, style(.faint)).wrapped(to: max(2, layout.list.size.columns - 2)),
      in: layout.list.inset(columns: 1))
  }

  /// Its state, its name, and at the right what it waits for and what nobody has read.
  private mutating func draw(_ chat: ChatStatus, in row: Rectangle) {
    let isChosen = chat.chatID == model.shelf.selected
    let unread = model.shelf.unread[chat.chatID, default: 0]
    if isChosen { fill(row, .selection) }
    let base = isChosen ? style(.selection) : .plain
    let mark = base.overlaid(by: style(chat.state.role))
    canvas.draw(chat.state.mark, mark, at: row.inset(columns: 1).origin, in: row)
    var right = StyledLine(chat.wait(model.clock), mark)
    if unread > 0 {
      let space = right.isEmpty ? "" : " "
      right.append("\(space)\(min(unread, 999)) new", base.overlaid(by: style(.accent)))
    }
    let name = row.split(left: 3).rest
    let room = name.size.columns - right.columns - 2
    let bold = unread > 0 ? Attributes.bold : []
    canvas.draw(
      CellText.clipped(chat.label, to: max(0, room)),
      base.overlaid(by: Style(.standard, on: .standard, bold)), at: name.origin, in: name)
    let column = name.columns.upperBound - 1 - right.columns
    draw(
      right, at: Position(column: max(name.origin.column, column), row: row.origin.row), in: name)
  }
}

extension ChatState {
  var mark: String {
    switch self {
    case .resting: "·"
    case .starting, .stopping: "◌"
    case .running: "●"
    case .backoff: "↻"
    case .parked: "!"
    case .down: "■"
    case .archived: "†"
    }
  }

  var role: Theme.Role {
    switch self {
    case .resting, .archived, .down: .faint
    case .starting, .stopping: .accent
    case .running: .success
    case .backoff: .warning
    case .parked: .failure
    }
  }
}

extension ChatStatus {
  /// What the chat waits for, in a word; with the time where there is one.
  func wait(_ clock: ClockText) -> String {
    let time = nextEventAt.flatMap(Timestamp.parse).map(clock)
    switch state {
    case .resting: return pending > 0 ? "\(pending) waiting" : ""
    case .starting, .stopping, .down, .parked: return state.rawValue
    case .running: return pending > 0 ? "working" : ""
    case .backoff: return time.map { "again \($0)" } ?? "again soon"
    case .archived: return ""
    }
  }
}
