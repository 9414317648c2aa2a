/// A piece of a text that stands by itself.
enum MarkdownBlock: Hashable {
  case heading(level: Int, String)
  /// Lines stay lines: also what programs print is shown so.
  case paragraph([String])
  case code([String])
  /// What stands in an item or a quote is a text of its own.
  case item(marker: String, [String])
  case quote([String])
  /// Lines whose columns must stay where they are.
  case preformatted([String])
  case rule
  case blank
}

/// Cuts lines into blocks.
struct MarkdownParser {
  private let lines: ArraySlice<Substring>
  private var position: Int

  init(_ lines: ArraySlice<Substring>) {
    self.lines = lines
    position = lines.startIndex
  }

  static func lines(of text: some StringProtocol) -> [Substring] {
    Substring(text).split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  /// The next block with the number of its lines; nil at the end.
  mutating func next() -> (block: MarkdownBlock, lineCount: Int)? {
    guard let line = lines[position...].first else { return nil }
    let start = position
    position += 1
    return (block(beginningWith: line), position - start)
  }

  private mutating func block(beginningWith line: Substring) -> MarkdownBlock {
    switch MarkdownLine(line) {
    case .blank:
      _ = take { if case .blank = $0 { true } else { false } }
      return .blank
    case .fence(let fence): return code(until: fence)
    case .heading(let level, let text): return .heading(level: level, text)
    case .rule: return .rule
    case .quote(let text):
      return .quote(
        [text] + take { if case .quote = $0 { true } else { false } }.map(Self.unquoted))
    case .item(let marker, let text, let indent): return item(marker, text, indent)
    case .table, .indented:
      let more = take {
        switch $0 {
        case .table, .indented: true
        case .blank, .fence, .heading, .rule, .quote, .item, .text: false
        }
      }
      return .preformatted([String(line)] + more.map(String.init))
    case .text:
      return .paragraph(
        [String(line)] + take { if case .text = $0 { true } else { false } }.map(String.init))
    }
  }

  /// The following lines as long as they are of a kind.
  private mutating func take(while isWanted: (MarkdownLine) -> Bool) -> ArraySlice<Substring> {
    let start = position
    while position < lines.endIndex, isWanted(MarkdownLine(lines[position])) { position += 1 }
    return lines[start..<position]
  }

  /// To its end, or to the end of the text while it is still being written.
  private mutating func code(until fence: MarkdownLine.Fence) -> MarkdownBlock {
    let start = position
    while position < lines.endIndex, !fence.isClosed(by: lines[position]) { position += 1 }
    let content = lines[start..<position]
    if position < lines.endIndex { position += 1 }
    return .code(content.map { MarkdownLine.unindented($0, fence.indent) })
  }

  /// What is indented below an item belongs to it.
  private mutating func item(_ marker: String, _ text: String, _ indent: Int) -> MarkdownBlock {
    var content = [text]
    while position < lines.endIndex {
      let line = lines[position]
      let depth = line.prefix { $0 == " " }.count
      let next = position + 1
      let isBlank = line.allSatisfy(\.isWhitespace)
      let goesOn = next < lines.endIndex && lines[next].prefix { $0 == " " }.count >= indent
      guard isBlank ? goesOn && !lines[next].allSatisfy(\.isWhitespace) : depth >= indent else {
        break
      }
      content.append(MarkdownLine.unindented(line, indent))
      position = next
    }
    return .item(marker: marker, content)
  }

  private static func unquoted(_ line: Substring) -> String {
    let rest = line.drop { $0 == " " }.dropFirst()
    return String(rest.first == " " ? rest.dropFirst() : rest)
  }
}
