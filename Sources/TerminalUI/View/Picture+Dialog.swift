internal import ControlProtocol
internal import Terminal

extension Picture {
  mutating func draw(_ dialog: Dialog) {
    let box = DialogBox(dialog, in: model.size)
    cursor = nil
    drawFrame(box.frame, title: dialog.title)
    draw(DialogBox.lines(of: dialog, columns: box.text.size.columns), in: box.text)
    for (index, area) in box.fields.enumerated() {
      draw(dialog.fields[index], isMarked: index == dialog.focus, in: area)
    }
    for (index, area) in box.buttons.enumerated() {
      let isMarked = dialog.focus == dialog.fields.count + index
      draw(
        "[ \(dialog.buttons[index].rawValue) ]", isMarked ? .selection : .text, at: area.origin,
        in: area)
    }
    if case .purging(let doomed) = dialog.kind { drawProgress(of: doomed, in: box.progress) }
  }

  private mutating func drawFrame(_ frame: Rectangle, title: String) {
    fill(frame, .text)
    let (top, below) = frame.split(top: 1)
    let (middle, bottom) = below.split(bottom: 1)
    for (row, left, right) in [(top, "┌", "┐"), (bottom, "└", "┘")] {
      fill(row, .border, with: "─")
      draw(left, .border, at: row.origin)
      draw(right, .border, at: Position(column: row.columns.upperBound - 1, row: row.origin.row))
    }
    fill(middle.split(left: 1).left, .border, with: "│")
    fill(middle.split(left: middle.size.columns - 1).rest, .border, with: "│")
    draw(" \(title) ", .accent, at: Position(column: top.origin.column + 2, row: top.origin.row))
  }

  private mutating func draw(_ field: Field, isMarked: Bool, in row: Rectangle) {
    let (label, text) = row.split(left: 10)
    draw(field.label, isMarked ? .accent : .faint, at: label.origin, in: label)
    let before = cursor
    drawText(of: field, in: text)
    if !isMarked { cursor = before }
  }

  /// How far the end of the handlers has come, as the chats' states tell it.
  private mutating func drawProgress(of doomed: Set<UInt32>, in area: Rectangle) {
    let chats = model.shelf.all.filter { doomed.contains($0.chatID) }
    let done = chats.count { $0.state == .archived }
    let ending = chats.count { $0.state == .stopping }
    let columns = max(1, area.size.columns)
    let filled = doomed.isEmpty ? columns : columns * done / doomed.count
    let bar = row(0, of: area)
    fill(bar, .faint, with: "░")
    fill(bar.split(left: filled).left, .success, with: "█")
    draw(
      left: "\(done) of \(doomed.count) archived", right: ending > 0 ? "\(ending) ending" : "",
      .text, in: row(1, of: area))
  }
}
