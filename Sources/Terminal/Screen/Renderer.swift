/// Turns pictures of a screen into what a terminal must be sent to show them.
///
/// Sends what differs from the last picture, and all of it after a change of the size.
public struct Renderer: Sendable {
  public let depth: ColorDepth
  private var shown: Canvas?

  public init(depth: ColorDepth) { self.depth = depth }

  /// What is on the screen is not known any more: the next frame draws everything.
  public mutating func forget() { shown = nil }

  /// The bytes that change what is shown into this picture; none when nothing differs.
  ///
  /// - Parameter cursor: where the cursor stands afterwards; nil hides it.
  public mutating func frame(_ canvas: Canvas, cursor: Position?) -> [UInt8] {
    var pen = Pen(depth: depth)
    let isNew = shown?.size != canvas.size
    let before = isNew ? Canvas(canvas.size) : shown ?? canvas
    if isNew { pen.output += ControlSequence.resetStyle + ControlSequence.clearScreen }
    for row in 0..<canvas.size.rows { pen.draw(canvas.row(row), over: before.row(row), row: row) }
    shown = canvas
    return Array(pen.finish(cursor: cursor).utf8)
  }
}

/// Where the terminal's cursor is and how it writes, while a frame is made.
private struct Pen {
  let depth: ColorDepth
  var output = ""
  /// Nil when it is not known, as after the last column.
  private var position: Position?
  private var style: Style?

  init(depth: ColorDepth) { self.depth = depth }

  mutating func draw(_ cells: ArraySlice<Cell>, over before: ArraySlice<Cell>, row: Int) {
    var column = 0
    for (new, old) in zip(cells, before) {
      defer { column += 1 }
      let isWide = isFollowedByHalf(cells, column)
      let differs = new != old || (isWide && isFollowedByHalf(before, column) == false)
      guard let character = new.character, differs else { continue }
      move(to: Position(column: column, row: row))
      write(character, new.style, columns: isWide ? 2 : 1, ofRow: cells.count)
    }
  }

  private func isFollowedByHalf(_ cells: ArraySlice<Cell>, _ column: Int) -> Bool {
    let next = cells.startIndex + column + 1
    return next < cells.endIndex && cells[next].character == nil
  }

  private mutating func move(to target: Position) {
    if position != target { output += ControlSequence.move(to: target) }
    position = target
  }

  private mutating func write(
    _ character: Character, _ style: Style, columns: Int, ofRow width: Int
  ) {
    if self.style != style {
      output += depth.sequence(for: style)
      self.style = style
    }
    output.append(character)
    // Terminals disagree about what is made of several scalars: the next cell is gone to by number.
    guard let now = position, now.column + columns < width, character.unicodeScalars.count == 1
    else { return position = nil }
    position = Position(column: now.column + columns, row: now.row)
  }

  /// With the cursor off while it draws, and as one update.
  func finish(cursor: Position?) -> String {
    let place = cursor.map { ControlSequence.move(to: $0) + ControlSequence.showCursor } ?? ""
    return ControlSequence.beginUpdate + ControlSequence.hideCursor + output
      + (style == nil ? "" : ControlSequence.resetStyle) + place + ControlSequence.endUpdate
  }
}
