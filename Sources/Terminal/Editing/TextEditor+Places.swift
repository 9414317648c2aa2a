extension TextEditor {
  var startOfLine: Int {
    characters[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
  }

  var endOfLine: Int { characters[cursor...].firstIndex(of: "\n") ?? characters.count }

  /// Of letters and digits, as Alt-B goes.
  var startOfWord: Int { start(ofRun: Self.isWord) }

  /// Of anything but spaces, as Control-W kills.
  var startOfBlankWord: Int { start(ofRun: { !$0.isWhitespace }) }

  var endOfWord: Int {
    var place = cursor
    while place < characters.count, !Self.isWord(characters[place]) { place += 1 }
    while place < characters.count, Self.isWord(characters[place]) { place += 1 }
    return place
  }

  private func start(ofRun isInside: (Character) -> Bool) -> Int {
    var place = cursor
    while place > 0, !isInside(characters[place - 1]) { place -= 1 }
    while place > 0, isInside(characters[place - 1]) { place -= 1 }
    return place
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}

extension TextEditor {
  /// A row up; from the first one, to what was sent before.
  mutating func goUp() -> Action {
    let layout = layout
    guard layout.cursor.row == 0 else { return go(toRow: layout.cursor.row - 1, of: layout) }
    if let entry = history.back(from: text) { recall(entry) }
    return .vertical
  }

  /// A row down; from the last one, back to the draft.
  mutating func goDown() -> Action {
    let layout = layout
    guard layout.cursor.row == layout.rows.count - 1 else {
      return go(toRow: layout.cursor.row + 1, of: layout)
    }
    if let entry = history.forward(from: text) { recall(entry) }
    return .vertical
  }

  private mutating func go(toRow row: Int, of layout: EditorLayout) -> Action {
    let column =
      lastAction == .vertical ? wantedColumn ?? layout.cursor.column : layout.cursor.column
    wantedColumn = column
    cursor = layout.place(inRow: row, nearest: column, characters)
    return .vertical
  }

  mutating func recall(_ entry: String) {
    replace(0..<characters.count, with: Array(entry))
    wantedColumn = nil
  }
}
