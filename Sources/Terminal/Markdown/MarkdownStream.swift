/// Markdown that is still being written.
///
/// A text that grows is parsed from its last block on: what came before does not change any more.
public struct MarkdownStream: Sendable {
  private var renderer: MarkdownRenderer
  /// The text of the blocks that are finished, and their lines.
  private var finishedText = ""
  private var finished: [StyledLine] = []

  public init(_ renderer: MarkdownRenderer) { self.renderer = renderer }

  /// The lines of the text as it is now.
  public mutating func lines(of text: String, _ renderer: MarkdownRenderer) -> [StyledLine] {
    if renderer != self.renderer || !text.utf8.starts(with: finishedText.utf8) {
      self = MarkdownStream(renderer)
    }
    let start = text.utf8.index(text.startIndex, offsetBy: finishedText.utf8.count)
    let last = unfinishedLines(of: text[start...])
    return MarkdownRenderer.withoutBlankEnd(finished + last)
  }

  /// The last block, and blank lines after it, may still become part of one.
  private mutating func unfinishedLines(of rest: Substring) -> [StyledLine] {
    let lines = MarkdownParser.lines(of: rest)
    var parser = MarkdownParser(lines[...])
    var blocks: [(block: MarkdownBlock, lineCount: Int)] = []
    while let next = parser.next() { blocks.append(next) }
    let last = blocks.lastIndex { $0.block != .blank } ?? 0
    let count = blocks[..<last].reduce(0) { $0 + $1.lineCount }
    finished += blocks[..<last].flatMap { renderer.render($0.block) }
    if lines.indices.contains(count) { finishedText += rest[..<lines[count].startIndex] }
    return blocks[last...].flatMap { renderer.render($0.block) }
  }
}
