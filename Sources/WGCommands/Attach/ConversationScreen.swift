internal import ChatStorage
internal import LinuxSystem
internal import Terminal

/// A conversation as it is shown on a terminal: what is printed for good, and the lines below it that
/// still change.
struct ConversationScreen {
  var size: Size
  /// The line above the one that is typed in; nil when there is nothing to tell.
  var situation: String?
  var editor = TextEditor()
  /// The chat's files have a question without an answer, which need not be one that is shown.
  var hasPending = false

  private let theme: Theme
  private let person: String
  private var printed: [StyledLine] = []
  private var streamed: String?
  private var stream: MarkdownStream
  /// Questions without an answer, by what answers will be recognised by.
  private var unanswered: Set<String> = []
  private var lastAnswer = ""

  /// - Parameter person: whose questions are their own.
  init(size: Size, theme: Theme, person: String) {
    self.size = size
    self.theme = theme
    self.person = person
    stream = MarkdownStream(MarkdownRenderer(theme: theme, columns: size.columns))
  }

  /// Whether an answer is waited for.
  var isBusy: Bool { hasPending || !unanswered.isEmpty || streamed != nil }

  private var renderer: MarkdownRenderer {
    // The last column stays free: behind it, terminals disagree about where the cursor is.
    MarkdownRenderer(theme: theme, columns: size.columns - 1)
  }

  /// Prints a message that stands in one of the files.
  mutating func show(_ entry: ConversationHistory.Entry) {
    let message = entry.message
    printed.append(header(of: entry))
    switch (entry.box, message.role) {
    case (.inbox, _):
      unanswered.insert(message.effectiveRequestID)
      printed += message.content.split(separator: "\n", omittingEmptySubsequences: false)
        .flatMap { StyledLine($0).wrapped(to: renderer.columns) }
    case (.outbox, .systemError):
      answered(message)
      printed += StyledLine(message.content, theme.style(.failure)).wrapped(to: renderer.columns)
    case (.outbox, _):
      answered(message)
      printed += renderer.lines(message.content)
    }
    printed.append(StyledLine())
  }

  private mutating func answered(_ message: ChatMessage) {
    unanswered.remove(message.requestID)
    lastAnswer = message.content
    streamed = nil
  }

  private func header(of entry: ConversationHistory.Entry) -> StyledLine {
    let role: Theme.Role =
      entry.box == .outbox ? .agent : entry.speaker == person ? .person : .accent
    var line = StyledLine(entry.speaker, theme.style(role))
    if let time = Timestamp.parse(entry.message.timestamp) {
      line.append("  " + Timestamp.localTime(time), theme.style(.faint))
    }
    return line
  }

  /// Prints a remark of the program itself.
  mutating func note(_ text: String) {
    printed += StyledLine(text, theme.style(.system)).wrapped(to: renderer.columns)
  }

  /// Takes what there is of the answer that is being written; nil when none is.
  ///
  /// An answer that has been printed may still lie there for a moment.
  mutating func show(streaming text: String?) {
    guard let text, !text.isEmpty, !lastAnswer.hasPrefix(text) else {
      if text == nil { lastAnswer = "" }
      return streamed = nil
    }
    streamed = text
  }

  mutating func takePrinted() -> [StyledLine] {
    defer { printed = [] }
    return printed
  }
}

extension ConversationScreen {
  /// The lines that still change, and where the cursor is in them.
  ///
  /// Never higher than the screen; of an answer that is longer the end is shown.
  mutating func block() -> (lines: [StyledLine], cursor: Position) {
    let prompt = StyledLine("> ", theme.style(.accent))
    editor.width = max(1, size.columns - prompt.columns)
    let layout = editor.layout
    let rows = layout.rows.map(\.text)
    let height = max(1, min(rows.count, size.rows / 2))
    let first = min(max(0, layout.cursor.row - height + 1), rows.count - height)
    let typed = rows[first..<first + height].enumerated().map { index, row in
      (first + index == 0 ? prompt : StyledLine("  ")) + StyledLine(row)
    }
    let above = answer(rows: size.rows - height - 2) + situationLine
    let cursor = Position(
      column: prompt.columns + layout.cursor.column, row: above.count + layout.cursor.row - first)
    return (above + typed, cursor)
  }

  private mutating func answer(rows: Int) -> [StyledLine] {
    guard let streamed else { return [] }
    return Array(stream.lines(of: streamed, renderer).suffix(max(0, rows)))
  }

  private var situationLine: [StyledLine] {
    let text = editor.searchedText.map { "searching for: \($0)" } ?? situation
    guard let text else { return [] }
    return [StyledLine(CellText.clipped(text, to: size.columns - 1), theme.style(.faint))]
  }
}
