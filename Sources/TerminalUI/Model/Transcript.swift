internal import Terminal

/// The conversation that is open, as far as it was read, and the part of it that is shown.
///
/// Only what is shown is laid out, and once for each width.
struct Transcript {
  let place: ConversationPlace
  private(set) var entries: [TranscriptEntry] = []
  /// The key of the first entry; goes down when older ones are put before it.
  private(set) var firstKey = 0
  private(set) var isOpen = false
  private(set) var isBeginning = false
  private(set) var isReadingOlder = false
  private(set) var streaming: String?
  /// What was sent and is not in the inbox yet.
  private(set) var sending: [String] = []
  private(set) var lastAnswer: UInt64 = 0
  var view = TranscriptView.end
  private let layout: TranscriptLayout

  init(_ place: ConversationPlace, theme: Theme, clock: @escaping ClockText) {
    self.place = place
    layout = TranscriptLayout(theme: theme, clock: clock)
  }

  var keys: Range<Int> { firstKey..<firstKey + entries.count + tail.count }

  /// How many entries have lines that are kept.
  var laidOutCount: Int { layout.count }

  /// What stands below the entries until it is one of them.
  private var tail: [TranscriptEntry] {
    sending.map { TranscriptEntry(speaker: .person("sending"), text: $0, time: nil, answer: nil) }
      + (streaming.map {
        [TranscriptEntry(speaker: .agent, text: $0, time: nil, answer: nil)]
      } ?? [])
  }

  func entry(_ key: Int) -> TranscriptEntry? {
    let index = key - firstKey
    if entries.indices.contains(index) { return entries[index] }
    let tail = tail
    return tail.indices.contains(index - entries.count) ? tail[index - entries.count] : nil
  }

  /// The lines of an entry, and an empty one after it.
  func lines(_ key: Int, columns: Int) -> [StyledLine] {
    guard let entry = entry(key) else { return [] }
    // What still grows is not worth keeping.
    let isFinal = key < firstKey + entries.count
    return layout.lines(of: entry, key: isFinal ? key : nil, columns: columns)
  }
}

extension Transcript {
  mutating func open(_ page: OlderMessages) {
    isOpen = true
    entries = []
    firstKey = 0
    layout.forget()
    view = .end
    take(older: page)
  }

  mutating func take(older page: OlderMessages) {
    entries = page.entries + entries
    firstKey -= page.entries.count
    isBeginning = page.isBeginning
    isReadingOlder = false
    noteAnswers(page.entries)
  }

  mutating func take(newer: [TranscriptEntry]) {
    for entry in newer where entry.answer == nil {
      if let index = sending.firstIndex(of: entry.text) { sending.remove(at: index) }
    }
    entries += newer
    noteAnswers(newer)
  }

  private mutating func noteAnswers(_ entries: [TranscriptEntry]) {
    lastAnswer = entries.reduce(lastAnswer) { max($0, $1.answer ?? 0) }
  }

  mutating func stream(_ text: String?) { streaming = text }

  mutating func addSending(_ text: String) {
    sending.append(text)
    view = .end
  }

  /// It is in the inbox, or could not be put there.
  mutating func removeSending(_ text: String) {
    if let index = sending.firstIndex(of: text) { sending.remove(at: index) }
  }

  mutating func noteReadingOlder() { isReadingOlder = true }
}

/// Which part of a conversation is shown.
enum TranscriptView: Equatable, Sendable {
  /// The last lines, also of what is still to come.
  case end
  /// From this line on.
  case from(TranscriptLine)
}

/// A line of a conversation.
struct TranscriptLine: Comparable, Sendable {
  /// Of its entry.
  var key: Int
  /// Within the entry.
  var line: Int

  static func < (one: TranscriptLine, other: TranscriptLine) -> Bool {
    (one.key, one.line) < (other.key, other.line)
  }
}
