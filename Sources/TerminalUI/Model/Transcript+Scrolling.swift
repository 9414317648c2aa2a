internal import Terminal

extension Transcript {
  /// What is shown in a window of this size.
  func shown(_ window: Size) -> [(line: TranscriptLine, text: StyledLine)] {
    var shown: [(line: TranscriptLine, text: StyledLine)] = []
    var place = top(window)
    while shown.count < window.rows, keys.contains(place.key) {
      let lines = lines(place.key, columns: window.columns)
      for index in place.line..<max(place.line, lines.count) where shown.count < window.rows {
        shown.append((TranscriptLine(key: place.key, line: index), lines[index]))
      }
      place = TranscriptLine(key: place.key + 1, line: 0)
    }
    return shown
  }

  /// The first line that is shown.
  func top(_ window: Size) -> TranscriptLine {
    switch view {
    case .end: back(from: TranscriptLine(key: keys.upperBound, line: 0), window.rows, window)
    case .from(let line): line
    }
  }

  /// Negative steps go back.
  mutating func scroll(by lines: Int, _ window: Size) {
    let top = top(window)
    let target = lines < 0 ? back(from: top, -lines, window) : on(from: top, lines, window)
    show(target, window)
  }

  /// Shows the conversation from a line on, or its end where less than a window follows.
  mutating func show(_ line: TranscriptLine, _ window: Size) {
    let last = back(from: TranscriptLine(key: keys.upperBound, line: 0), window.rows, window)
    view = line < last ? .from(line) : .end
  }

  mutating func scrollToTop(_ window: Size) {
    show(TranscriptLine(key: keys.lowerBound, line: 0), window)
  }

  /// Whether what was not read yet is near.
  func isNearBeginning(_ window: Size) -> Bool {
    top(window).key - keys.lowerBound < 20
  }

  /// So many lines before a line, or the first one there is.
  private func back(from line: TranscriptLine, _ count: Int, _ window: Size) -> TranscriptLine {
    var line = line
    var count = count
    while count > line.line {
      guard line.key > keys.lowerBound else { return TranscriptLine(key: keys.lowerBound, line: 0) }
      count -= line.line
      line.key -= 1
      line.line = lines(line.key, columns: window.columns).count
    }
    line.line -= count
    return line
  }

  /// So many lines after a line, or the end.
  private func on(from line: TranscriptLine, _ count: Int, _ window: Size) -> TranscriptLine {
    var line = line
    var left = line.line + count
    while keys.contains(line.key) {
      let height = lines(line.key, columns: window.columns).count
      if left < height { return TranscriptLine(key: line.key, line: left) }
      left -= height
      line = TranscriptLine(key: line.key + 1, line: 0)
    }
    return line
  }
}
