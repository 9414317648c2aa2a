internal import Terminal

/// Columns for people: as wide as their widest cell, two spaces between, the last one unpadded.
struct TextTable {
  private let header: [String]
  private var rows: [[String]] = []

  init(_ header: String...) {
    self.header = header
  }

  /// Adds a row; the cells are made safe for a terminal.
  mutating func add(_ cells: String...) {
    rows.append(cells.map(SafeText.line))
  }

  var lines: [String] {
    let all = [header] + rows
    let widths = header.indices.map { column in
      all.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    return all.map { row in Self.line(row, widths) }
  }

  private static func line(_ row: [String], _ widths: [Int]) -> String {
    let padded = zip(row, widths).map { cell, width in
      cell + String(repeating: " ", count: max(0, width - cell.count))
    }
    let text = padded.joined(separator: "  ")
    return String(
      text[..<(text.lastIndex { $0 != " " }.map(text.index(after:)) ?? text.startIndex)])
  }
}
