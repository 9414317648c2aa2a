/// Text as it stands on the screen: broken into rows, with the place of the cursor.
public struct EditorLayout: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    /// Which characters of the text.
    let range: Range<Int>
    /// As cells can hold it.
    public let text: String
  }

  /// At least one.
  public private(set) var rows: [Row] = []
  /// Of the cursor; the column is always within the width.
  public private(set) var cursor = Position(column: 0, row: 0)

  /// The last column is kept for the cursor, which stands behind the last character of a row.
  init(_ characters: [Character], cursor: Int, width: Int) {
    let width = max(CellText.tabColumns, width - 1)
    var start = 0
    var text = ""
    var used = 0
    func endRow(at end: Int) {
      rows.append(Row(range: start..<end, text: text))
      (start, text, used) = (end, "", 0)
    }
    for (index, character) in characters.enumerated() {
      let shown = character == "\n" ? "" : CellText.shown(character)
      let columns = CellWidth.columns(of: shown)
      if used > 0, used + columns > width { endRow(at: index) }
      if index == cursor { self.cursor = Position(column: used, row: rows.count) }
      text += shown
      used += columns
      if character == "\n" { endRow(at: index + 1) }
    }
    if cursor == characters.count { self.cursor = Position(column: used, row: rows.count) }
    endRow(at: characters.count)
  }

  /// The place in a row whose column is nearest to one.
  func place(inRow row: Int, nearest column: Int, _ characters: [Character]) -> Int {
    guard rows.indices.contains(row) else { return characters.count }
    var used = 0
    for index in rows[row].range {
      let columns = CellWidth.columns(of: CellText.shown(characters[index]))
      if characters[index] == "\n" || used + columns > column { return index }
      used += columns
    }
    // The end of a row that was broken is the beginning of the next one.
    let isLast = row == rows.count - 1
    return isLast ? rows[row].range.upperBound : max(0, rows[row].range.upperBound - 1)
  }
}

extension TextEditor {
  /// The rows for the editor's width.
  public var layout: EditorLayout { EditorLayout(characters, cursor: cursor, width: width) }
}
