internal import Terminal

/// Which part of the screen is whose; what is not shown is empty.
struct ScreenLayout {
  /// What fits nowhere is not drawn.
  static let smallest = Size(columns: 40, rows: 10)
  /// Narrower than this, the list and the conversation take turns.
  private static let columnsForBoth = 64

  let title: Rectangle
  let list: Rectangle
  /// The line between the list and the rest.
  let divider: Rectangle
  let header: Rectangle
  let transcript: Rectangle
  let why: Rectangle
  let input: Rectangle
  let status: Rectangle
  /// Covers everything between the title and the status.
  let help: Rectangle

  init(_ model: Model) {
    let size = model.size
    let (title, below) = Rectangle(size).split(top: 1)
    let (body, status) = below.split(bottom: 1)
    self.title = title
    self.status = status
    help = body.inset(columns: 1)
    let (list, divider, talk) = Self.columns(of: body, model)
    self.list = list
    self.divider = divider
    let inputRows = talk.isEmpty ? 0 : Self.inputRows(model, talk)
    let (rest, input) = talk.split(bottom: inputRows)
    self.input = input
    let (head, middle) = rest.split(top: 2)
    header = head
    let whyRows = model.why.isShown ? min(14, max(4, middle.size.rows / 2)) : 0
    (transcript, why) = middle.split(bottom: whyRows)
  }

  /// Where the message is typed, within its frame.
  var inputText: Rectangle {
    Rectangle(
      column: input.origin.column + 2, row: input.origin.row + 1, columns: input.size.columns - 3,
      rows: input.size.rows - 1)
  }

  private static func columns(
    of body: Rectangle, _ model: Model
  ) -> (list: Rectangle, divider: Rectangle, talk: Rectangle) {
    let nothing = Rectangle(column: 0, row: 0, columns: 0, rows: 0)
    if body.size.columns < columnsForBoth {
      return model.screen.showsList ? (body, nothing, nothing) : (nothing, nothing, body)
    }
    let (list, rest) = body.split(left: min(40, max(26, body.size.columns / 4)))
    let (divider, talk) = rest.split(left: 1)
    return (list, divider, talk)
  }

  /// A line above the text, and as many rows as the text has, within reason.
  private static func inputRows(_ model: Model, _ talk: Rectangle) -> Int {
    if case .search = model.screen { return 2 }
    var editor = model.draft
    editor.width = max(1, talk.size.columns - 3)
    return 1 + min(editor.layout.rows.count, max(1, talk.size.rows / 3))
  }

  /// The first chat that is listed: the chosen one is always among those that are.
  func firstRow(of shelf: ChatShelf) -> Int {
    let last = max(0, shelf.rows.count - list.size.rows)
    return min(last, max(0, (shelf.place ?? 0) - list.size.rows / 2))
  }
}

extension Model {
  var layout: ScreenLayout { ScreenLayout(self) }

  var isTooSmall: Bool {
    size.columns < ScreenLayout.smallest.columns || size.rows < ScreenLayout.smallest.rows
  }
}
