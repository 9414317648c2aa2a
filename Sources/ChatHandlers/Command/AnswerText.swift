/// What a program has printed since a message was sent to it, within a limit.
///
/// Keeps the beginning, and always the last unfinished line, where a prompt would be.
struct AnswerText {
  /// The most bytes that an answer has, without the note that it was cut.
  static let limit = 1 << 20
  /// The most bytes of an unfinished line that are kept to find a prompt in.
  static let lineLimit = 512

  private var filter = TerminalFilter()
  private var kept: [UInt8] = []
  private var lastLine: [UInt8] = []
  private var lastLineWasCut = false
  /// Bytes that came from the program, with those that were thrown away.
  private(set) var received = 0
  private(set) var wasCut = false

  /// Takes in what the program printed.
  mutating func append(_ bytes: [UInt8]) {
    received += bytes.count
    if kept.count == AnswerText.limit {
      appendBeyondLimit(bytes)
    } else {
      let text = filter.text(of: bytes)
      keep(text)
      follow(text)
    }
  }

  /// Only the end still matters, for the prompt; a flood must not cost more than reading it.
  private mutating func appendBeyondLimit(_ bytes: [UInt8]) {
    wasCut = wasCut || !bytes.isEmpty
    let end = bytes.suffix(2 * AnswerText.lineLimit)
    if end.count < bytes.count { filter = TerminalFilter() }
    follow(filter.text(of: end))
  }

  private mutating func keep(_ text: [UInt8]) {
    let room = AnswerText.limit - kept.count
    kept += text.prefix(room)
    wasCut = wasCut || text.count > room
  }

  private mutating func follow(_ text: [UInt8]) {
    if let end = text.lastIndex(of: 0x0A) {
      lastLine = Array(text[(end + 1)...])
      lastLineWasCut = false
    } else {
      lastLine += text
    }
    guard lastLine.count > AnswerText.lineLimit else { return }
    lastLine.removeFirst(lastLine.count - AnswerText.lineLimit)
    lastLineWasCut = true
  }

  /// Where the program stands with respect to a prompt.
  enum PromptSight: Equatable {
    case none
    /// The prompt ends a line that began as something else; may be by chance.
    case afterText
    /// The prompt is all of the last line.
    case alone
  }

  /// Whether one of `prompts` is the last thing that was printed.
  ///
  /// Spaces at the end do not count.
  func sight(of prompts: [Prompt]) -> PromptSight {
    let line = trimmedSpaces(lastLine[...])
    var sight = PromptSight.none
    for prompt in prompts where line.hasSuffix(prompt.bytes) {
      if line.count == prompt.bytes.count, !lastLineWasCut { return .alone }
      sight = .afterText
    }
    return sight
  }

  /// The last line, when it has no line feed and could be what the program shows when it waits.
  var possiblePrompt: Prompt? {
    lastLineWasCut || lastLine.count > 80 ? nil : Prompt(String(decoding: lastLine, as: UTF8.self))
  }

  /// The answer for the outbox: without the line feeds at its end, and without the prompts at its
  /// end and at its beginning, or at the beginning of each line when several lines were sent.
  func content(without prompts: [Prompt], onEachLine: Bool) -> String {
    var text = kept[...]
    if wasCut {
      dropBrokenScalar(&text)
    } else {
      dropPrompt(prompts, atEndOf: &text)
    }
    text =
      onEachLine ? withoutPrompts(prompts, text)[...] : withoutPrompts(prompts, atStartOf: text)
    while text.last == 0x0A { text.removeLast() }
    return String(decoding: text, as: UTF8.self) + (wasCut ? AnswerText.cutNote : "")
  }

  private static let cutNote = "\n(cut: the answer is longer than \(limit >> 20) MiB)"

  private func dropPrompt(_ prompts: [Prompt], atEndOf text: inout ArraySlice<UInt8>) {
    let line = trimmedSpaces(text)
    guard let prompt = prompts.longest(where: { line.hasSuffix($0.bytes) }) else { return }
    text = line.dropLast(prompt.bytes.count)
  }

  private func withoutPrompts(_ prompts: [Prompt], _ text: ArraySlice<UInt8>) -> [UInt8] {
    let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
    return Array(lines.map { withoutPrompts(prompts, atStartOf: $0) }.joined(separator: [0x0A]))
  }

  /// Lines sent together are answered one by one, each after as many prompts as were silent.
  private func withoutPrompts(
    _ prompts: [Prompt], atStartOf line: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8> {
    var line = line
    while let prompt = prompts.longest(where: { line.starts(with: $0.bytes) }) {
      line = line.dropFirst(prompt.bytes.count)
      if line.first == 0x20 { line.removeFirst() }
    }
    return line
  }

  private func dropBrokenScalar(_ text: inout ArraySlice<UInt8>) {
    while let last = text.last, last & 0xC0 == 0x80 { text.removeLast() }
    if let last = text.last, last >= 0xC0 { text.removeLast() }
  }

  /// The last lines, for the report on a program that ended.
  var lastLines: String {
    String(decoding: kept.suffix(2048), as: UTF8.self)
  }

  private func trimmedSpaces(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let last = bytes.lastIndex(where: { $0 != 0x20 }) else { return [] }
    return bytes[...last]
  }
}

/// A text that a program shows when it waits for input, without the spaces at its end.
struct Prompt: Equatable, Sendable {
  let bytes: [UInt8]

  /// Nil when the text is blank: a blank is everywhere.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard let last = bytes.lastIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return nil }
    self.bytes = Array(bytes[...last])
  }
}

extension [Prompt] {
  fileprivate func longest(where matches: (Prompt) -> Bool) -> Prompt? {
    filter { !$0.bytes.isEmpty && matches($0) }.max { $0.bytes.count < $1.bytes.count }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func hasSuffix(_ suffix: [UInt8]) -> Bool {
    count >= suffix.count && self.suffix(suffix.count).elementsEqual(suffix)
  }
}
