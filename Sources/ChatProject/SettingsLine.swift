/// What one line of `config.toml` says, as far as this program needs TOML.
enum SettingsLine: Equatable {
  /// `[name]`.
  case section(String)
  /// `key = value`.
  case assignment(key: String, SettingsValue)
  /// Empty, a comment, or a part of TOML that no setting of ours uses.
  case other

  init(_ line: Substring) {
    let line = line.trimmed
    if line.hasPrefix("[") {
      self = .section(String(line.dropFirst().prefix { $0 != "]" }.trimmed))
    } else if !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") {
      let value = SettingsValue(line[line.index(after: sign)...].trimmed)
      self = .assignment(key: String(line[..<sign].trimmed), value)
    } else {
      self = .other
    }
  }
}

/// What stands after a `=`.
enum SettingsValue: Equatable {
  /// The contents of a one-line string.
  case string(String)
  /// A number or a word, as it is written.
  case bare(String)
  case malformed(String)

  init(_ text: Substring) {
    if let quote = text.first, quote == "\"" || quote == "'" {
      self = Self.quoted(text.dropFirst(), quote)
    } else {
      let word = text.prefix { $0 != "#" }.trimmed
      self = word.isEmpty ? .malformed("a value is missing") : .bare(String(word))
    }
  }

  private static func quoted(_ text: Substring, _ quote: Character) -> SettingsValue {
    var content = ""
    var isEscaped = false
    for (index, character) in zip(text.indices, text) {
      if isEscaped {
        content.append(character)
        isEscaped = false
      } else if character == "\\" && quote == "\"" {
        isEscaped = true
      } else if character == quote {
        let rest = text[index...].dropFirst().trimmed
        let isEnd = rest.isEmpty || rest.hasPrefix("#")
        return isEnd ? .string(content) : .malformed("`\(rest)` after the string is unexpected")
      } else {
        content.append(character)
      }
    }
    return .malformed("the string does not end in this line")
  }
}

extension Substring {
  fileprivate var trimmed: Substring {
    let start = drop { $0.isWhitespace }
    let end = start.lastIndex { !$0.isWhitespace }
    return end.map { start[...$0] } ?? start.prefix(0)
  }
}
