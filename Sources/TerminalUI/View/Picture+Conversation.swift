internal import ControlProtocol
internal import LinuxSystem
internal import Terminal

/// The chosen chat: who it is, what was said, why it is as it is.
extension Picture {
  mutating func drawHeader() {
    guard let chat = model.shelf.selection else { return }
    let area = layout.header.inset(columns: 1)
    let what = [chat.handler, chat.model].compactMap(\.self).joined(separator: ", ")
    draw(left: "\(chat.label)  \(chat.taskID)", right: what, .heading, in: row(0, of: area))
    draw(
      left: chat.situation(model.clock), right: "", chat.state.role,
      in: row(1, of: area))
  }

  mutating func drawTranscript() {
    let area = layout.transcript.inset(columns: 1)
    guard let transcript = model.transcript, transcript.isOpen else {
      let text = model.shelf.selection == nil ? "" : model.transcript == nil ? "" : "reading…"
      draw(text, .faint, at: area.origin, in: area)
      return
    }
    let shown = transcript.shown(layout.transcriptWindow)
    if shown.isEmpty { draw("nothing was said yet", .faint, at: area.origin, in: area) }
    for (index, line) in shown.enumerated() {
      let row = row(index, of: area)
      draw(line.text, at: row.origin, in: row)
      if line.line == model.search.match { markMatch(line.text, in: row) }
    }
    if transcript.view != .end { drawMore(below: transcript) }
  }

  /// The line that was found, so that the eye finds it too.
  private mutating func markMatch(_ text: StyledLine, in row: Rectangle) {
    var marked = StyledLine()
    for run in text.runs { marked.append(run.text, run.style.overlaid(by: style(.selection))) }
    draw(marked, at: row.origin, in: row)
  }

  private mutating func drawMore(below transcript: Transcript) {
    let row = layout.transcript.split(bottom: 1).bottom
    let text = " more below "
    let column = row.columns.upperBound - text.count - 1
    draw(text, .bar, at: Position(column: max(0, column), row: row.origin.row), in: row)
  }

  mutating func drawWhy() {
    let area = layout.why
    guard !area.isEmpty else { return }
    fill(row(0, of: area), .border, with: "─")
    draw(
      " why ", .accent, at: Position(column: area.origin.column + 1, row: area.origin.row), in: area
    )
    let text = area.split(top: 1).rest.inset(columns: 1)
    let lines = model.why.lines.isEmpty ? ["asking…"] : model.why.lines
    let wrapped = lines.flatMap { line in
      StyledLine(line, style(line.hasPrefix(" ") ? .text : .heading))
        .wrapped(to: max(2, text.size.columns), indent: StyledLine(Self.whyIndent))
    }
    draw(wrapped, in: text)
  }

  /// As wide as the labels of `wg why`.
  private static let whyIndent = "           "
}

extension ScreenLayout {
  /// What the lines of the conversation are laid out for.
  var transcriptWindow: Size { transcript.inset(columns: 1).size }
}

extension ChatStatus {
  /// The state in a line: what it waits for, until when, and what went wrong.
  func situation(_ clock: ClockText) -> String {
    let time = nextEventAt.flatMap(Timestamp.parse).map { " at \(clock($0))" }
    var parts = [state == .backoff ? "waits to start again\(time ?? "")" : state.rawValue]
    if state == .running, consumers == 0, let time { parts.append("ends\(time) if unused") }
    if pending > 0 { parts.append(pending == 1 ? "1 message waits" : "\(pending) messages wait") }
    if state == .backoff || state == .parked, let lastExit { parts.append("last run: \(lastExit)") }
    if state == .down { parts.append("S starts it") }
    if state == .archived { parts.append("u restores it") }
    if let handlerStatus { parts.append(handlerStatus) }
    return parts.joined(separator: " · ")
  }
}
