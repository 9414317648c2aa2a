/// A cell of a screen; the first one of the first row is (0, 0).
public struct Position: Hashable, Sendable {
  public var column: Int
  public var row: Int

  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

/// Columns and rows; never negative.
public struct Size: Hashable, Sendable {
  public let columns: Int
  public let rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }
}

/// A part of a screen.
public struct Rectangle: Hashable, Sendable {
  public let origin: Position
  public let size: Size

  public init(_ origin: Position, _ size: Size) {
    self.origin = origin
    self.size = size
  }

  public init(column: Int, row: Int, columns: Int, rows: Int) {
    self.init(Position(column: column, row: row), Size(columns: columns, rows: rows))
  }

  /// All of a screen of this size.
  public init(_ size: Size) { self.init(Position(column: 0, row: 0), size) }

  public var columns: Range<Int> { origin.column..<origin.column + size.columns }
  public var rows: Range<Int> { origin.row..<origin.row + size.rows }
  public var isEmpty: Bool { size.columns == 0 || size.rows == 0 }

  public func contains(_ position: Position) -> Bool {
    columns.contains(position.column) && rows.contains(position.row)
  }

  /// What both have; empty when they share nothing.
  public func intersection(_ other: Rectangle) -> Rectangle {
    let columns = columns.clamped(to: other.columns)
    let rows = rows.clamped(to: other.rows)
    return Rectangle(
      column: columns.lowerBound, row: rows.lowerBound, columns: columns.count, rows: rows.count)
  }

  /// Without so much at each side.
  public func inset(columns: Int = 0, rows: Int = 0) -> Rectangle {
    Rectangle(
      column: origin.column + columns, row: origin.row + rows,
      columns: size.columns - 2 * columns, rows: size.rows - 2 * rows)
  }

  /// The first rows, and the rest.
  public func split(top count: Int) -> (top: Rectangle, rest: Rectangle) {
    let count = min(max(0, count), size.rows)
    return (
      Rectangle(
        column: origin.column, row: origin.row, columns: size.columns, rows: count),
      Rectangle(
        column: origin.column, row: origin.row + count, columns: size.columns,
        rows: size.rows - count)
    )
  }

  /// The rest, and the last rows.
  public func split(bottom count: Int) -> (rest: Rectangle, bottom: Rectangle) {
    let parts = split(top: size.rows - min(max(0, count), size.rows))
    return (parts.top, parts.rest)
  }

  /// The first columns, and the rest.
  public func split(left count: Int) -> (left: Rectangle, rest: Rectangle) {
    let count = min(max(0, count), size.columns)
    return (
      Rectangle(
        column: origin.column, row: origin.row, columns: count, rows: size.rows),
      Rectangle(
        column: origin.column + count, row: origin.row, columns: size.columns - count,
        rows: size.rows)
    )
  }
}
