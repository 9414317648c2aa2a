import Glibc

/// One Swift file, with a copy that has only code in it.
struct SwiftSource {
  let path: String
  /// As they stand in the file.
  let lines: [Substring]
  /// The same lines without comments and without what is in string literals.
  let code: [String]

  init(_ path: String) {
    let text = Repository.text(path)
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    code = CodeReader.code(of: text)
  }

  /// The module, or the test target, that the file belongs to.
  var module: String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[1]) : ""
  }

  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  var imports: [String] {
    code.compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"),
        words[..<index].allSatisfy({ $0.hasPrefix("@") || Self.accessLevels.contains($0) })
      else { return nil }
      return words.last.flatMap { $0.split(separator: ".").first }.map(String.init)
    }
  }

  private static let accessLevels: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private",
  ]

  /// Lines of code that match, as `path:number: line`; only those with one of the words are looked at.
  func matches(_ pattern: some RegexComponent, near words: [String]) -> [String] {
    zip(code, lines).enumerated().compactMap { number, pair in
      words.contains(where: pair.0.holds) && pair.0.contains(pattern)
        ? "\(path):\(number + 1): \(pair.1.trimmed)" : nil
    }
  }
}

extension String {
  /// Whether the word stands in it: what few lines have is looked for without an expression, which
  /// takes a thousand times longer.
  func holds(_ word: String) -> Bool { strstr(self, word) != nil }
}

extension StringProtocol {
  var trimmed: String {
    let kept = drop { $0.isWhitespace }
    return String(kept.reversed().drop { $0.isWhitespace }.reversed())
  }
}

/// Takes comments and the contents of string literals out of Swift source, and keeps the lines.
private struct CodeReader {
  private enum Place {
    case code
    /// In code within a literal; counts the parentheses that are open.
    case interpolation(depth: Int)
    case literal(hashes: Int, isMultiline: Bool)
    case comment(depth: Int)
  }

  private let text: [UInt8]
  private var position = 0
  private var places: [Place] = [.code]
  private var code: [UInt8] = []

  private init(_ text: String) { self.text = Array(text.utf8) }

  static func code(of text: String) -> [String] {
    var reader = CodeReader(text)
    while reader.position < reader.text.count { reader.step() }
    return reader.code.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private mutating func step() {
    switch places.last ?? .code {
    case .code: stepInCode(depth: nil)
    case .interpolation(let depth): stepInCode(depth: depth)
    case .literal(let hashes, let isMultiline): stepInLiteral(hashes, isMultiline)
    case .comment(let depth): stepInComment(depth)
    }
  }

  private mutating func stepInCode(depth: Int?) {
    if starts("//") {
      while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
    } else if starts("/*") {
      places.append(.comment(depth: 1))
      position += 2
    } else if let hashes = hashesBeforeQuote() {
      position += hashes
      let isMultiline = starts("\"\"\"")
      position += isMultiline ? 3 : 1
      places.append(.literal(hashes: hashes, isMultiline: isMultiline))
      code += Array("\"\"".utf8)
    } else {
      count(parenthesis: text[position], depth)
      code.append(text[position])
      position += 1
    }
  }

  private mutating func count(parenthesis byte: UInt8, _ depth: Int?) {
    guard let depth else { return }
    switch byte {
    case UInt8(ascii: "("): places[places.count - 1] = .interpolation(depth: depth + 1)
    case UInt8(ascii: ")") where depth == 1: places.removeLast()
    case UInt8(ascii: ")"): places[places.count - 1] = .interpolation(depth: depth - 1)
    default: break
    }
  }

  private mutating func stepInLiteral(_ hashes: Int, _ isMultiline: Bool) {
    let fence = String(repeating: "#", count: hashes)
    let end = (isMultiline ? "\"\"\"" : "\"") + fence
    if starts("\\" + fence + "(") {
      position += hashes + 2
      places.append(.interpolation(depth: 1))
    } else if starts("\\" + fence) {
      position += hashes + 2
    } else if starts(end) || (!isMultiline && text[position] == UInt8(ascii: "\n")) {
      position += text[position] == UInt8(ascii: "\n") ? 0 : end.utf8.count
      places.removeLast()
    } else {
      if text[position] == UInt8(ascii: "\n") { code.append(text[position]) }
      position += 1
    }
  }

  private mutating func stepInComment(_ depth: Int) {
    if starts("*/") {
      places.removeLast()
      if depth > 1 { places.append(.comment(depth: depth - 1)) }
      position += 2
    } else if starts("/*") {
      places[places.count - 1] = .comment(depth: depth + 1)
      position += 2
    } else {
      if text[position] == UInt8(ascii: "\n") { code.append(text[position]) }
      position += 1
    }
  }

  /// How many `#` stand before a quote that begins a literal here; nil when none begins.
  private func hashesBeforeQuote() -> Int? {
    let hashes = text[position...].prefix { $0 == UInt8(ascii: "#") }.count
    let quote = position + hashes
    return quote < text.count && text[quote] == UInt8(ascii: "\"") ? hashes : nil
  }

  private func starts(_ other: String) -> Bool {
    text[position] == other.utf8.first && text[position...].starts(with: other.utf8)
  }
}
