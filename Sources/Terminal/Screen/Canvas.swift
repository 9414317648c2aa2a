/// One place of a screen.
public struct Cell: Hashable, Sendable {
  /// Nil in the second column of a wide character.
  public let character: Character?
  public let style: Style

  public static let blank = Cell(" ", .plain)
  /// - Parameter character: nil for the second column of a wide one.
  init(_ character: Character?, _ style: Style) {
    self.character = character
    self.style = style
  }
}

/// A picture of a screen that text is drawn on.
///
/// Nothing that is drawn leaves its rectangle, cuts a wide character in half, or commands the
/// terminal.
public struct Canvas: Hashable, Sendable {
  public let size: Size
  private var cells: [Cell]

  public init(_ size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.columns * size.rows)
  }

  public var area: Rectangle { Rectangle(size) }

  /// What is at a place; blank outside.
  public subscript(_ column: Int, _ row: Int) -> Cell {
    index(column, row).map { cells[$0] } ?? .blank
  }

  /// Draws one line from a place on, as far as `clip` reaches; answers the column after it.
  @discardableResult
  public mutating func draw(
    _ line: StyledLine, at position: Position, in clip: Rectangle? = nil
  ) -> Int {
    let clip = (clip ?? area).intersection(area)
    var column = position.column
    guard clip.rows.contains(position.row) else { return column }
    for run in line.runs {
      for character in run.text {
        let width = CellWidth.columns(of: character)
        put(character, width, run.style, Position(column: column, row: position.row), clip)
        column += width
        if column >= clip.columns.upperBound { return column }
      }
    }
    return column
  }

  /// The same for text in one style.
  @discardableResult
  public mutating func draw(
    _ text: some StringProtocol, _ style: Style = .plain, at position: Position,
    in clip: Rectangle? = nil
  ) -> Int {
    draw(StyledLine(text, style), at: position, in: clip)
  }

  /// Lines below each other from the top of a rectangle on.
  public mutating func draw(_ lines: some Sequence<StyledLine>, in area: Rectangle) {
    for (line, row) in zip(lines, area.rows) {
      draw(line, at: Position(column: area.origin.column, row: row), in: area)
    }
  }

  /// Fills a rectangle with spaces of a style, or with another character of one column.
  public mutating func fill(
    _ area: Rectangle, _ style: Style = .plain, with character: Character = " "
  ) {
    let area = area.intersection(self.area)
    for row in area.rows {
      for column in area.columns {
        put(character, 1, style, Position(column: column, row: row), area)
      }
    }
  }

  private mutating func put(
    _ character: Character, _ width: Int, _ style: Style, _ position: Position, _ clip: Rectangle
  ) {
    guard width > 0, clip.contains(position), let index = index(position.column, position.row)
    else { return }
    clear(index, row: position.row)
    guard width == 2 else { return cells[index] = Cell(character, style) }
    let next = Position(column: position.column + 1, row: position.row)
    // Half of it does not fit: a space stands for it.
    guard clip.contains(next) else { return cells[index] = Cell(" ", style) }
    clear(index + 1, row: position.row)
    cells[index] = Cell(character, style)
    cells[index + 1] = Cell(nil, style)
  }

  /// What is left of a wide character that is drawn over becomes a space.
  private mutating func clear(_ index: Int, row: Int) {
    if cells[index].character == nil, index > row * size.columns {
      cells[index - 1] = Cell(" ", cells[index - 1].style)
    }
    let isLast = index + 1 == (row + 1) * size.columns
    if !isLast, cells[index + 1].character == nil {
      cells[index + 1] = Cell(" ", cells[index + 1].style)
    }
  }

  private func index(_ column: Int, _ row: Int) -> Int? {
    guard area.contains(Position(column: column, row: row)) else { return nil }
    return row * size.columns + column
  }

  /// The cells of a row.
  func row(_ row: Int) -> ArraySlice<Cell> {
    guard (0..<size.rows).contains(row) else { return [] }
    return cells[row * size.columns..<(row + 1) * size.columns]
  }
}

extension Canvas {
  /// The text of each row, without spaces at its end: for tests, and for who reads it aloud.
  public var text: [String] {
    (0..<size.rows).map { number in
      let text = row(number).compactMap(\.character).map(String.init).joined()
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
  }
}
