/// What a line begins, seen by itself.
enum MarkdownLine {
  struct Fence: Hashable {
    let mark: Character
    let length: Int
    let indent: Int

    func isClosed(by line: Substring) -> Bool {
      let text = line.drop { $0 == " " }
      let run = text.prefix { $0 == mark }
      return run.count >= length && text.dropFirst(run.count).allSatisfy(\.isWhitespace)
    }
  }

  case blank
  case fence(Fence)
  case heading(level: Int, String)
  case rule
  case quote(String)
  /// - indent: columns from which on a following line belongs to the item.
  case item(marker: String, String, indent: Int)
  case table
  case indented
  case text

  init(_ line: Substring) {
    let indent = line.prefix { $0 == " " }.count
    let text = line.dropFirst(indent)
    self =
      if text.allSatisfy(\.isWhitespace) {
        .blank
      } else if let fence = Self.fence(text, indent) {
        .fence(fence)
      } else if Self.isRule(text) {
        .rule
      } else if let item = Self.item(text, indent) {
        item
      } else if indent >= 4 || text.first == "\t" {
        .indented
      } else if let heading = Self.heading(text) {
        heading
      } else if text.first == ">" {
        .quote(String(text.dropFirst().first == " " ? text.dropFirst(2) : text.dropFirst()))
      } else {
        text.first == "|" ? .table : .text
      }
  }

  static func unindented(_ line: Substring, _ count: Int) -> String {
    String(line.dropFirst(min(count, line.prefix { $0 == " " }.count)))
  }

  private static func fence(_ text: Substring, _ indent: Int) -> Fence? {
    guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
    let length = text.prefix { $0 == mark }.count
    guard length >= 3, !text.dropFirst(length).contains("`") else { return nil }
    return Fence(mark: mark, length: length, indent: indent)
  }

  private static func isRule(_ text: Substring) -> Bool {
    let marks = text.filter { !$0.isWhitespace }
    guard let mark = marks.first, "-*_".contains(mark), marks.count >= 3 else { return false }
    return marks.allSatisfy { $0 == mark }
  }

  private static func heading(_ text: Substring) -> MarkdownLine? {
    let level = text.prefix { $0 == "#" }.count
    let rest = text.dropFirst(level)
    guard (1...6).contains(level), rest.first == " " else { return nil }
    return .heading(level: level, String(rest.drop { $0 == " " }))
  }

  private static func item(_ text: Substring, _ indent: Int) -> MarkdownLine? {
    let digits = text.prefix(9).prefix { $0.isASCII && $0.isNumber }
    let mark = text.dropFirst(digits.count).first
    let isNumbered = !digits.isEmpty && (mark == "." || mark == ")")
    let isBullet = digits.isEmpty && (mark == "-" || mark == "*" || mark == "+")
    let rest = text.dropFirst(digits.count + 1)
    guard isNumbered || isBullet, rest.first == " ", rest.contains(where: { $0 != " " }) else {
      return nil
    }
    let marker = isBullet ? "•" : String(text.prefix(digits.count + 1))
    return .item(
      marker: marker, String(rest.drop { $0 == " " }),
      indent: indent + (isBullet ? 1 : digits.count + 1) + 1)
  }
}
