internal import Terminal

/// Nanoseconds since 1970 as a person's clock shows them.
public typealias ClockText = @Sendable (Int64) -> String

/// The lines of entries, made when they are first shown at a width.
///
/// A class, so that copies of a model share what was made; it changes nothing that can be seen.
final class TranscriptLayout {
  private let theme: Theme
  private let clock: ClockText
  private var columns = 0
  private var kept: [Int: [StyledLine]] = [:]
  private var keptCount = 0
  /// The answer that is still being made.
  private var growing: MarkdownStream?

  /// Lines that are kept.
  private static let limit = 200_000

  init(theme: Theme, clock: @escaping ClockText) {
    self.theme = theme
    self.clock = clock
  }

  var count: Int { kept.count }

  func forget() {
    kept = [:]
    keptCount = 0
  }

  /// - Parameter key: nil for what will be another text soon.
  func lines(of entry: TranscriptEntry, key: Int?, columns: Int) -> [StyledLine] {
    if columns != self.columns { forget() }
    self.columns = columns
    guard let key else { return make(entry, isGrowing: true) }
    if let lines = kept[key] { return lines }
    let lines = make(entry, isGrowing: false)
    if keptCount > Self.limit { forget() }
    kept[key] = lines
    keptCount += lines.count
    return lines
  }

  private func make(_ entry: TranscriptEntry, isGrowing: Bool) -> [StyledLine] {
    let time = entry.time.map { "  \(clock($0))" } ?? ""
    var head = StyledLine(entry.speaker.name, theme.style(entry.speaker.role))
    head.append(time, theme.style(.faint))
    return [head] + body(entry, isGrowing).map { StyledLine("  ") + $0 } + [StyledLine()]
  }

  /// Answers are Markdown; what people type is shown as they typed it.
  private func body(_ entry: TranscriptEntry, _ isGrowing: Bool) -> [StyledLine] {
    let width = max(4, columns - 2)
    switch entry.speaker {
    case .agent:
      let renderer = MarkdownRenderer(theme: theme, columns: width)
      return isGrowing ? grow(entry.text, renderer) : renderer.lines(entry.text)
    case .person: return verbatim(entry.text, .plain, width)
    case .system: return verbatim(entry.text, theme.style(.failure), width)
    }
  }

  private func grow(_ text: String, _ renderer: MarkdownRenderer) -> [StyledLine] {
    var stream = growing ?? MarkdownStream(renderer)
    defer { growing = stream }
    return stream.lines(of: text, renderer)
  }

  private func verbatim(_ text: String, _ style: Style, _ width: Int) -> [StyledLine] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { StyledLine($0, style).wrapped(to: width) }
  }
}

extension TranscriptEntry.Speaker {
  fileprivate var name: String {
    switch self {
    case .person(let name): name
    case .agent: "answer"
    case .system: "no answer"
    }
  }

  fileprivate var role: Theme.Role {
    switch self {
    case .person: .person
    case .agent: .agent
    case .system: .system
    }
  }
}
