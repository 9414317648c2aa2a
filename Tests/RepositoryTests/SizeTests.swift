import Testing

/// Files and functions stay small.
///
/// What is larger has its name here; these numbers only go down.
@Suite struct SizeTests {
  private let fileLimit = 400
  private let functionLimit = 60

  /// Files that are allowed more lines, with how many.
  private let longerFiles = ["Tests/ChatStorageTests/ConversationTests.swift": 496]

  /// Functions that are allowed more lines, with how many.
  private let longerFunctions = [
    // Every pair of state and event, once, in one place.
    "Sources/SupervisionCore/ChildMachine+Transitions.swift:react": 140
  ]

  @Test func `no file is longer than 400 lines`() {
    for source in Repository.sources + Repository.tests {
      let limit = longerFiles[source.path] ?? fileLimit
      #expect(source.lines.count <= limit, "\(source.path): \(source.lines.count) lines")
    }
  }

  @Test func `no function is longer than 60 lines`() {
    for source in Repository.sources + Repository.tests {
      for function in FunctionReader.functions(of: source) {
        let limit = longerFunctions["\(source.path):\(function.name)"] ?? functionLimit
        #expect(
          function.lineCount <= limit,
          "\(source.path):\(function.firstLine): \(function.name) has \(function.lineCount) lines")
      }
    }
  }
}

/// A function with a body.
struct Function {
  let name: String
  /// Counted from 1.
  let firstLine: Int
  let lineCount: Int
}

/// Finds functions by their braces, in code without comments and literals.
enum FunctionReader {
  static func functions(of source: SwiftSource) -> [Function] {
    source.code.indices.compactMap { index in
      guard let name = name(in: source.code[index]),
        let last = lastLine(of: index, source.code)
      else { return nil }
      return Function(name: name, firstLine: index + 1, lineCount: last - index + 1)
    }
  }

  private static func name(in line: String) -> String? {
    guard line.holds("func") || line.holds("init") else { return nil }
    if let match = line.firstMatch(of: /\bfunc\s+(`[^`]+`|[^\s(<]+)/) { return String(match.1) }
    return line.contains(/^\s*(\w+ )*(init[?]?[(<]|deinit\b)/) ? "init" : nil
  }

  /// The line of the brace that closes the first one opened; nil for a declaration without a body.
  private static func lastLine(of first: Int, _ code: [String]) -> Int? {
    var braces = 0
    var parentheses = 0
    var isOpen = false
    for index in first..<code.count {
      for character in code[index] {
        switch character {
        case "(": parentheses += 1
        case ")": parentheses -= 1
        case "{" where isOpen || parentheses == 0:
          braces += 1
          isOpen = true
        case "}" where isOpen: braces -= 1
        case "}" where parentheses == 0: return nil
        default: break
        }
        if isOpen && braces == 0 { return index }
      }
      if !isOpen && parentheses == 0 && index > first + 12 { return nil }
    }
    return nil
  }
}
