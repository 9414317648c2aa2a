internal import ControlProtocol
public import Terminal

/// A picture of the whole screen, and where the cursor stands in it.
public struct Picture {
  public internal(set) var canvas: Canvas
  /// Nil where nothing can be typed.
  public internal(set) var cursor: Position?

  let model: Model
  let layout: ScreenLayout

  public init(of model: Model) {
    self.model = model
    layout = model.layout
    canvas = Canvas(model.size)
    if model.isTooSmall { drawTooSmall() } else { draw() }
  }

  private mutating func draw() {
    drawTitle()
    drawStatus()
    if case .help(let line) = model.screen { return drawHelp(from: line) }
    drawList()
    fill(layout.divider, .border, with: "│")
    drawHeader()
    drawTranscript()
    drawWhy()
    drawInput()
    if case .dialog(let dialog) = model.screen { draw(dialog) }
  }

  private mutating func drawTooSmall() {
    let needed = ScreenLayout.smallest
    draw("wg needs \(needed.columns)x\(needed.rows)", .warning, at: Position(column: 0, row: 0))
  }

  private mutating func drawHelp(from line: Int) {
    canvas.draw(HelpText.lines(model.theme).dropFirst(line), in: layout.help)
  }
}

extension Picture {
  func style(_ role: Theme.Role) -> Style { model.theme.style(role) }

  @discardableResult
  mutating func draw(
    _ text: String, _ role: Theme.Role = .text, at position: Position, in clip: Rectangle? = nil
  ) -> Int {
    canvas.draw(text, style(role), at: position, in: clip)
  }

  mutating func draw(_ lines: some Sequence<StyledLine>, in area: Rectangle) {
    canvas.draw(lines, in: area)
  }

  mutating func draw(_ line: StyledLine, at position: Position, in clip: Rectangle) {
    canvas.draw(line, at: position, in: clip)
  }

  mutating func fill(_ area: Rectangle, _ role: Theme.Role, with character: Character = " ") {
    canvas.fill(area, style(role), with: character)
  }

  /// One row of an area as an area of its own.
  func row(_ index: Int, of area: Rectangle) -> Rectangle {
    area.split(top: index).rest.split(top: 1).top
  }

  /// Text at the left and at the right of one row; the right goes before.
  mutating func draw(left: String, right: String, _ role: Theme.Role, in row: Rectangle) {
    let right = CellText.clipped(right, to: row.size.columns)
    let rightColumns = CellWidth.columns(of: right)
    let room = row.size.columns - rightColumns - (right.isEmpty ? 0 : 1)
    draw(CellText.clipped(left, to: max(0, room)), role, at: row.origin, in: row)
    let column = row.origin.column + row.size.columns - rightColumns
    draw(right, role, at: Position(column: column, row: row.origin.row), in: row)
  }
}
