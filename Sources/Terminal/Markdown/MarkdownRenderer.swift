/// Markdown as a terminal can show it: as lines of a width, or narrower.
///
/// Nothing is lost: what is no Markdown stands as it was written, lines and indentation included.
public struct MarkdownRenderer: Hashable, Sendable {
  public let theme: Theme
  public let columns: Int

  /// Quotes and items within each other; what is deeper is plain text.
  private static let depthLimit = 8

  public init(theme: Theme, columns: Int) {
    self.theme = theme
    self.columns = max(2, columns)
  }

  public func lines(_ text: String) -> [StyledLine] {
    let lines = MarkdownParser.lines(of: text)
    return Self.withoutBlankEnd(render(lines[...], columns: columns, depth: 0))
  }

  static func withoutBlankEnd(_ lines: [StyledLine]) -> [StyledLine] {
    Array(lines[..<((lines.lastIndex { !$0.isEmpty } ?? -1) + 1)])
  }

  private func render(_ lines: ArraySlice<Substring>, columns: Int, depth: Int) -> [StyledLine] {
    guard depth < Self.depthLimit else {
      return lines.flatMap { StyledLine($0).wrapped(to: columns) }
    }
    var parser = MarkdownParser(lines)
    var output: [StyledLine] = []
    while let (block, _) = parser.next() { output += render(block, columns: columns, depth: depth) }
    return output
  }

  func render(_ block: MarkdownBlock) -> [StyledLine] { render(block, columns: columns, depth: 0) }

  private func render(_ block: MarkdownBlock, columns: Int, depth: Int) -> [StyledLine] {
    switch block {
    case .blank: [StyledLine()]
    case .rule: [StyledLine(String(repeating: "─", count: columns), theme.style(.border))]
    case .heading(let level, let text): heading(level, text, columns)
    case .paragraph(let lines): lines.flatMap { paragraph($0, columns) }
    case .code(let lines):
      lines.flatMap { verbatim($0, "  ", theme.style(.code), columns) }
    case .preformatted(let lines): lines.flatMap { verbatim($0, "", .plain, columns) }
    case .quote(let lines):
      nested(lines, first: "▎ ", rest: "▎ ", theme.style(.quote), columns, depth)
    case .item(let marker, let lines):
      nested(
        lines, first: marker + " ", rest: String(repeating: " ", count: marker.count + 1),
        theme.style(.accent), columns, depth)
    }
  }

  private func heading(_ level: Int, _ text: String, _ columns: Int) -> [StyledLine] {
    var style = theme.style(.heading)
    if level == 1 { style.attributes.insert(.underline) }
    return InlineParser.line(text, style, theme).wrapped(to: columns)
  }

  /// A line's own indentation stays, also where it is broken.
  private func paragraph(_ line: String, _ columns: Int) -> [StyledLine] {
    let indent = StyledLine(line.prefix { $0 == " " })
    return InlineParser.line(line, .plain, theme).wrapped(to: columns, indent: indent)
  }

  private func verbatim(
    _ line: String, _ indent: String, _ style: Style, _ columns: Int
  ) -> [StyledLine] {
    let indent = StyledLine(indent)
    return (indent + StyledLine(line, style)).wrapped(to: columns, indent: indent)
  }

  private func nested(
    _ lines: [String], first: String, rest: String, _ style: Style, _ columns: Int, _ depth: Int
  ) -> [StyledLine] {
    let room = columns - first.count
    guard room >= 2 else { return lines.flatMap { StyledLine($0).wrapped(to: columns) } }
    let inner = render(lines.map { $0[...] }[...], columns: room, depth: depth + 1)
    return inner.enumerated().map { index, line in
      StyledLine(index == 0 ? first : rest, style) + line
    }
  }
}
