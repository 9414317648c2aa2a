internal import Terminal

extension Model {
  mutating func take(_ event: MouseEvent) -> [Effect] {
    switch event.action {
    case .press(.left): return click(event.position)
    case .wheelUp: turnWheel(at: event.position, by: -1)
    case .wheelDown: turnWheel(at: event.position, by: 1)
    case .press, .release, .drag, .move: break
    }
    return []
  }

  private mutating func turnWheel(at position: Position, by step: Int) {
    if !screen.isModal, layout.list.contains(position) {
      shelf.move(by: step)
    } else {
      scroll(by: step * 3, pages: false)
    }
  }

  private mutating func click(_ position: Position) -> [Effect] {
    notice = nil
    let layout = layout
    switch screen {
    case .dialog(let dialog): return click(position, on: dialog)
    case .help: screen = .chats
    case .chats, .conversation, .filter, .search:
      if layout.list.contains(position) {
        let row = layout.firstRow(of: shelf) + position.row - layout.list.origin.row
        if shelf.rows.indices.contains(row) { shelf.select(row: row) }
        screen = .chats
      } else if layout.input.contains(position) {
        screen = .conversation
      }
    }
    return []
  }

  private mutating func click(_ position: Position, on dialog: Dialog) -> [Effect] {
    let box = DialogBox(dialog, in: size)
    if let index = box.buttons.firstIndex(where: { $0.contains(position) }) {
      return press(dialog.buttons[index], of: dialog)
    }
    if let index = box.fields.firstIndex(where: { $0.contains(position) }) {
      var dialog = dialog
      dialog.focus = index
      screen = .dialog(dialog)
    }
    return []
  }
}
