/// Emphasis, code and links within a line.
///
/// What is not closed, and what stands within a word, is text: `2*3*4` is a product.
struct InlineParser {
  private let theme: Theme
  private let characters: [Character]
  private var position = 0
  private var line = StyledLine()
  private var plain = ""
  private let style: Style
  private let depth: Int
  /// Marks that do not occur any more: each is looked for once.
  private var missing: Set<String> = []

  private static let depthLimit = 6
  /// A longer run of backticks is text: every length has to be looked for by itself.
  private static let longestCodeMark = 8

  private init(_ characters: [Character], _ style: Style, _ theme: Theme, depth: Int) {
    self.characters = characters
    self.style = style
    self.theme = theme
    self.depth = depth
  }

  static func line(_ text: String, _ style: Style, _ theme: Theme) -> StyledLine {
    line(Array(text), style, theme, depth: 0)
  }

  private static func line(
    _ characters: [Character], _ style: Style, _ theme: Theme, depth: Int
  ) -> StyledLine {
    guard depth < depthLimit else { return StyledLine(String(characters), style) }
    var parser = InlineParser(characters, style, theme, depth: depth)
    while parser.position < characters.count { parser.step() }
    parser.endPlain()
    return parser.line
  }

  private mutating func step() {
    switch characters[position] {
    case "\\": escaped()
    case "`": code()
    case "*", "_", "~": emphasis()
    case "[": link(from: position)
    case "!" where character(at: position + 1) == "[": link(from: position + 1)
    case let other: keep(other)
    }
  }

  private mutating func keep(_ character: Character) {
    plain.append(character)
    position += 1
  }

  private mutating func escaped() {
    if let next = character(at: position + 1), next.isASCII, next.isPunctuation || next.isSymbol {
      position += 1
    }
    keep(characters[position])
  }

  private mutating func code() {
    let length = characters[position...].prefix { $0 == "`" }.count
    let mark = String(repeating: "`", count: length)
    guard length <= Self.longestCodeMark,
      let end = find(mark, from: position + length, where: { _ in true })
    else {
      plain += mark
      position += length
      return
    }
    add(
      StyledLine(
        String(characters[position + length..<end]), style.overlaid(by: theme.style(.code))))
    position = end + length
  }

  private mutating func emphasis() {
    let mark = characters[position]
    let run = characters[position...].prefix { $0 == mark }.count
    let length = min(run, mark == "~" ? 2 : 3)
    let text = String(repeating: mark, count: length)
    let start = position + length
    let opens =
      !isWord(at: position - 1) && character(at: start)?.isWhitespace == false
      && (mark != "~" || length == 2) && run == length
    guard opens, let end = find(text, from: start, where: closes(length: length)) else {
      plain += String(repeating: mark, count: run)
      position += run
      return
    }
    let inner = style.overlaid(by: Style(attributes: Self.attributes(mark, length)))
    add(Self.line(Array(characters[start..<end]), inner, theme, depth: depth + 1))
    position = end + length
  }

  private static func attributes(_ mark: Character, _ length: Int) -> Attributes {
    if mark == "~" { return .strikethrough }
    return length == 1 ? .italic : length == 2 ? .bold : [.bold, .italic]
  }

  private func closes(length: Int) -> (Int) -> Bool {
    { place in
      character(at: place - 1)?.isWhitespace == false && !isWord(at: place + length)
        && character(at: place + length) != characters[place]
    }
  }

  /// The text, and where it leads: a person must see what they would open.
  private mutating func link(from bracket: Int) {
    // Asked first: what is searched for the one in vain is not searched for the other again.
    guard !missing.contains(")"), let end = find("](", from: bracket + 1, where: { _ in true }),
      let close = find(")", from: end + 2, where: { _ in true })
    else { return keep(characters[position]) }
    let target = String(characters[end + 2..<close])
    let text = Array(characters[bracket + 1..<end])
    add(Self.line(text, style.overlaid(by: theme.style(.link)), theme, depth: depth + 1))
    if target != String(text) { add(StyledLine(" (\(target))", theme.style(.faint))) }
    position = close + 1
  }

  private mutating func add(_ styled: StyledLine) {
    endPlain()
    line.append(styled)
  }

  private mutating func endPlain() {
    line.append(plain, style)
    plain = ""
  }

  /// Where the mark is from a place on, as one that is not part of a longer run of backticks.
  private mutating func find(_ mark: String, from start: Int, where fits: (Int) -> Bool) -> Int? {
    guard !missing.contains(mark) else { return nil }
    let wanted = Array(mark)
    var place = start
    while place + wanted.count <= characters.count {
      if characters[place] == wanted[0],
        characters[place..<place + wanted.count].elementsEqual(wanted)
      {
        let isWhole = wanted[0] != "`" || isWholeRun(place, wanted.count)
        if place > start, isWhole, fits(place) { return place }
      }
      place += 1
    }
    missing.insert(mark)
    return nil
  }

  private func isWholeRun(_ place: Int, _ length: Int) -> Bool {
    character(at: place - 1) != "`" && character(at: place + length) != "`"
  }

  private func character(at place: Int) -> Character? {
    characters.indices.contains(place) ? characters[place] : nil
  }

  private func isWord(at place: Int) -> Bool {
    character(at: place).map { $0.isLetter || $0.isNumber } ?? false
  }
}
