internal import Terminal

/// Where one types: a message, or what is looked for.
extension Picture {
  mutating func drawInput() {
    let area = layout.input
    guard !area.isEmpty else { return }
    let isTyping = model.screen == .conversation
    fill(row(0, of: area), .border, with: "─")
    switch model.screen {
    case .search: draw(model.search.field, in: area)
    case .chats, .conversation, .filter, .help, .dialog: drawDraft(in: area, isTyping: isTyping)
    }
    if case .filter = model.screen { drawFilter() }
  }

  private mutating func drawDraft(in area: Rectangle, isTyping: Bool) {
    let text = layout.inputText
    draw(">", isTyping ? .accent : .faint, at: area.split(top: 1).rest.origin, in: area)
    var editor = model.draft
    editor.width = text.size.columns
    let rows = editor.layout
    if let wanted = editor.searchedText {
      let place = Position(column: area.origin.column + 2, row: area.origin.row)
      draw(" history: \(wanted) ", .accent, at: place, in: area)
    }
    let first = max(0, min(rows.cursor.row - text.size.rows + 1, rows.rows.count - 1))
    draw(rows.rows.dropFirst(first).map { StyledLine($0.text) }, in: text)
    if isTyping { setCursor(rows.cursor, from: first, in: text) }
  }

  private mutating func draw(_ field: Field, in area: Rectangle) {
    let row = area.split(top: 1).rest.inset(columns: 1)
    let end = draw("\(field.label): ", .accent, at: row.origin, in: row)
    drawText(of: field, in: row.split(left: end - row.origin.column).rest)
  }

  /// The filter stands in the last line of the list.
  private mutating func drawFilter() {
    let row = layout.list.split(bottom: 1).bottom
    fill(row, .text)
    let end = draw("/", .accent, at: row.inset(columns: 1).origin, in: row)
    drawText(
      of: Field("", model.shelf.filter), in: row.split(left: end - row.origin.column).rest)
  }

  /// The text of a field with the cursor in it, moved left as far as the cursor needs it.
  mutating func drawText(of field: Field, in row: Rectangle) {
    let text = field.textBeforeCursor
    let hidden = max(0, CellWidth.columns(of: CellText.shown(text)) - row.size.columns + 1)
    let start = Position(column: row.origin.column - hidden, row: row.origin.row)
    draw(field.text, at: start, in: row)
    let column = start.column + CellWidth.columns(of: CellText.shown(text))
    cursor = Position(column: min(column, row.columns.upperBound - 1), row: row.origin.row)
  }

  private mutating func setCursor(_ place: Position, from first: Int, in area: Rectangle) {
    cursor = Position(
      column: area.origin.column + place.column, row: area.origin.row + place.row - first)
  }
}

extension Field {
  var textBeforeCursor: String { String(text.prefix(editor.cursor)) }
}
