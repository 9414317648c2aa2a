/// One line of text whose parts look different.
///
/// Holds only what cells can hold: what would command a terminal has been made visible.
public struct StyledLine: Hashable, Sendable {
  public struct Run: Hashable, Sendable {
    public var text: String
    public var style: Style
  }

  public private(set) var runs: [Run] = []

  public init() {}

  public init(_ text: some StringProtocol, _ style: Style = .plain) { append(text, style) }

  public mutating func append(_ text: some StringProtocol, _ style: Style = .plain) {
    append(safe: CellText.shown(text), style)
  }

  private mutating func append(safe text: String, _ style: Style) {
    guard !text.isEmpty else { return }
    if let last = runs.last, last.style == style {
      runs[runs.count - 1].text += text
    } else {
      runs.append(Run(text: text, style: style))
    }
  }

  public mutating func append(_ other: StyledLine) {
    for run in other.runs { append(safe: run.text, run.style) }
  }

  public static func + (first: StyledLine, second: StyledLine) -> StyledLine {
    var sum = first
    sum.append(second)
    return sum
  }

  public var text: String { runs.map(\.text).joined() }
  public var columns: Int { runs.reduce(0) { $0 + CellWidth.columns(of: $1.text) } }
  public var isEmpty: Bool { runs.isEmpty }

  /// As bytes for a terminal that prints line after line.
  public func bytes(depth: ColorDepth) -> [UInt8] {
    var output = ""
    for run in runs {
      output +=
        run.style == .plain ? run.text : depth.sequence(for: run.style) + run.text + "\u{1B}[m"
    }
    return Array(output.utf8)
  }
}

extension StyledLine {
  /// Broken into lines of at most so many columns, between words where it can be.
  ///
  /// - Parameter indent: stands before every line but the first.
  public func wrapped(to columns: Int, indent: StyledLine = StyledLine()) -> [StyledLine] {
    let columns = max(2, columns)
    guard self.columns > columns else { return [self] }
    var wrapper = LineWrapper(
      columns: columns, indent: indent.columns < columns - 1 ? indent : .init())
    for run in runs {
      for character in run.text { wrapper.add(character, run.style) }
    }
    return wrapper.finish()
  }
}

/// Fills lines with characters, and moves the last word down when it does not fit.
private struct LineWrapper {
  let columns: Int
  let indent: StyledLine
  private var lines: [StyledLine] = []
  private var line = StyledLine()
  private var used = 0
  /// Spaces before the word: at a break they are the break.
  private var gap = StyledLine()
  private var gapColumns = 0
  private var word = StyledLine()
  private var wordColumns = 0

  init(columns: Int, indent: StyledLine) {
    self.columns = columns
    self.indent = indent
  }

  mutating func add(_ character: Character, _ style: Style) {
    if character == " " {
      endWord()
      gap.append(" ", style)
      gapColumns += 1
      return
    }
    let width = CellWidth.columns(of: character)
    // A word that no line can hold is broken where the line ends.
    if wordColumns + width > columns - indent.columns { endWord() }
    word.append(String(character), style)
    wordColumns += width
    // Wide characters are words of their own: those scripts have no spaces.
    if width == 2 { endWord() }
  }

  mutating func finish() -> [StyledLine] {
    endWord()
    return lines + [line]
  }

  private mutating func endWord() {
    guard wordColumns > 0 else { return }
    if used + gapColumns + wordColumns > columns {
      lines.append(line)
      line = indent
      used = indent.columns
    } else {
      line.append(gap)
      used += gapColumns
    }
    line.append(word)
    used += wordColumns
    (gap, gapColumns, word, wordColumns) = (StyledLine(), 0, StyledLine(), 0)
  }
}
