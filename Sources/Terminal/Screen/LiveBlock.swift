/// The last lines of a terminal that scrolls: what is still changing, and where one types.
///
/// Above it, lines are printed for good, as any program prints them: they scroll away and stay in the
/// terminal's memory. The block is drawn anew below them.
public struct LiveBlock: Sendable {
  public let depth: ColorDepth
  /// What is on the screen; nil when that is not known.
  private var shown: Picture?

  private struct Picture: Hashable {
    let lines: [StyledLine]
    let cursor: Position
    let screen: Size
  }

  /// The bytes that clear the screen; a new block begins at its top.
  public static let clearing = Array("\u{1B}[H\u{1B}[2J".utf8)

  public init(depth: ColorDepth) { self.depth = depth }

  /// The bytes that print lines above the block and draw it as it is now; none when nothing differs.
  ///
  /// - Parameters:
  ///   - lines: no wider than the screen.
  ///   - block: no wider than the screen, and no higher.
  ///   - cursor: its place within the block.
  public mutating func frame(
    printing lines: [StyledLine], block: [StyledLine], cursor: Position, on screen: Size
  ) -> [UInt8] {
    let row = min(max(0, cursor.row), max(0, block.count - 1))
    let picture = Picture(
      lines: block, cursor: Position(column: cursor.column, row: row), screen: screen)
    guard picture != shown || !lines.isEmpty else { return [] }
    var output = Array((ControlSequence.beginUpdate + removal(on: screen)).utf8)
    for line in lines { output += line.bytes(depth: depth) + Array("\r\n".utf8) }
    for (index, line) in block.enumerated() {
      output += line.bytes(depth: depth) + (index + 1 < block.count ? Array("\r\n".utf8) : [])
    }
    shown = picture
    let back =
      "\r" + ControlSequence.up(max(0, block.count - 1 - row))
      + ControlSequence.right(cursor.column)
    return output + Array((back + ControlSequence.endUpdate).utf8)
  }

  /// The bytes that leave the cursor below everything, where another program goes on.
  public mutating func end(on screen: Size) -> [UInt8] {
    defer { shown = nil }
    return Array(removal(on: screen).utf8)
  }

  /// A terminal that became narrower may have broken the lines of the block in two.
  private func removal(on screen: Size) -> String {
    let width = max(1, screen.columns)
    let above = shown.map { $0.lines.prefix($0.cursor.row) } ?? []
    let rows = above.reduce(0) { $0 + max(1, ($1.columns + width - 1) / width) }
    return "\r" + ControlSequence.up(rows) + ControlSequence.clearToEndOfScreen
  }
}
