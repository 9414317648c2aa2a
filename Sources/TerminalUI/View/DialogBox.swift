internal import Terminal

/// Where the parts of a dialog are; the same for drawing and for clicks.
struct DialogBox {
  let frame: Rectangle
  let text: Rectangle
  let fields: [Rectangle]
  let buttons: [Rectangle]
  /// For the progress of a purge.
  let progress: Rectangle

  private static let widest = 64

  init(_ dialog: Dialog, in size: Size) {
    let columns = min(Self.widest, size.columns - 4)
    let texts = Self.lines(of: dialog, columns: columns - 4)
    let progressRows = dialog.isProgress ? 3 : 0
    let rows = texts.count + dialog.fields.count + progressRows + 5
    frame = Rectangle(
      column: (size.columns - columns) / 2, row: max(0, (size.rows - rows) / 2), columns: columns,
      rows: min(rows, size.rows))
    let inner = frame.inset(columns: 2, rows: 1)
    let (text, afterText) = inner.split(top: texts.count + 1)
    let (fields, afterFields) = afterText.split(top: dialog.fields.count)
    let (progress, rest) = afterFields.split(top: progressRows)
    self.text = text
    self.progress = progress
    self.fields = dialog.fields.indices.map { fields.split(top: $0).rest.split(top: 1).top }
    buttons = Self.buttons(dialog, in: rest.split(bottom: 1).bottom)
  }

  static func lines(of dialog: Dialog, columns: Int) -> [StyledLine] {
    ([dialog.subject].filter { !$0.isEmpty } + dialog.explanation)
      .flatMap { StyledLine($0).wrapped(to: max(2, columns)) }
  }

  private static func buttons(_ dialog: Dialog, in row: Rectangle) -> [Rectangle] {
    var column = row.origin.column
    return dialog.buttons.map { button in
      let columns = button.rawValue.count + 4
      defer { column += columns + 1 }
      return Rectangle(column: column, row: row.origin.row, columns: columns, rows: 1)
        .intersection(row)
    }
  }
}

extension Dialog {
  var isProgress: Bool {
    if case .purging = kind { true } else { false }
  }
}
