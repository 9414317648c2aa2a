/// Something that an agent says or does in a turn.
enum TurnPart: Equatable {
  /// More of the text of the answer, as it comes.
  case text(String)
  /// The same, and it begins a paragraph.
  case paragraphBegins(String)
  /// A paragraph of its own in the text of the answer.
  case paragraph(String)
  /// What the agent did: a title, and lines that may be empty.
  case action(String, details: String)
  /// What the reader of the record should know.
  case note(String)
}

/// What an agent said in a turn, and beside it the record with all that it did.
///
/// Both are bounded: the beginning is kept, and a note says that the rest was cut.
struct TurnTranscript: Equatable {
  /// The most bytes of each.
  static let limit = 4 << 20
  private static let cut = "\n(the rest was cut)"
  /// The most lines, and bytes, of the details of one action.
  private static let detailLines = 12
  private static let detailBytes = 4096

  /// What the agent said.
  private(set) var text = ""
  private var record = ""
  private var hasActions = false
  /// Something stands between the last text and the next.
  private var isApart = false
  private var isCut = false
  /// Counts the changes of `text`.
  private(set) var version = 0

  mutating func add(_ part: TurnPart) {
    switch part {
    case .text(let more): say(more)
    case .paragraphBegins(let more):
      isApart = true
      say(more)
    case .paragraph(let paragraph):
      isApart = true
      say(paragraph)
      isApart = true
    case .action(let title, let details): box(title, details)
    case .note(let note): line("(\(note))")
    }
  }

  /// All of it with what was done, when that is more than the text.
  var complete: String? { hasActions ? record : nil }

  private mutating func say(_ said: String) {
    // Many agents begin a paragraph themselves after they did something.
    let more = isApart ? String(said.drop { $0.isNewline }) : said
    guard !more.isEmpty else { return }
    version += 1
    let gap = isApart && !text.isEmpty ? "\n\n" : ""
    isApart = false
    let wasCut = isCut
    isCut = !TurnTranscript.append(gap + more, to: &text) || isCut
    if isCut && !wasCut { text += TurnTranscript.cut }
    _ = TurnTranscript.append(more, to: &record)
  }

  private mutating func box(_ title: String, _ details: String) {
    let head = "┌─ \(TurnTranscript.oneLine(title)) ─\n"
    let lines = TurnTranscript.bounded(details).map { "│ \($0)\n" }
    line(head + lines.joined() + "└─")
  }

  private mutating func line(_ line: String) {
    hasActions = true
    isApart = true
    let gap = record.isEmpty || record.utf8.last == 0x0A ? "" : "\n"
    _ = TurnTranscript.append(gap + line + "\n", to: &record)
  }

  /// False when there was no room for all of it.
  private static func append(_ more: String, to text: inout String) -> Bool {
    let room = limit - text.utf8.count
    guard more.utf8.count > room else {
      text += more
      return true
    }
    text += String(decoding: more.utf8.prefix(max(room, 0)), as: UTF8.self)
    return false
  }

  private static func oneLine(_ text: String) -> String {
    String(text.prefix(200).map { $0.isNewline ? " " : $0 })
  }

  private static func bounded(_ details: String) -> [String] {
    let start = String(decoding: details.utf8.prefix(detailBytes), as: UTF8.self)
    var lines = start.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while lines.last?.isEmpty == true { lines.removeLast() }
    let isAll = start.utf8.count == details.utf8.count && lines.count <= detailLines
    return isAll ? lines : lines.prefix(detailLines) + ["…"]
  }
}
