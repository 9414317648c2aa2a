public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// The settings of `config.toml` that creating and listing chats needs.
///
/// Reads `key = "value"` lines of `[dispatcher]` (and `[coordinator]`, its old name); the rest of
/// the file is other programs' business and is not judged.
public struct ProjectSettings: Equatable, Sendable {
  /// What answers in chats that name no handler.
  public private(set) var executor = "claude"
  /// The model of chats that name none.
  public private(set) var model: String?

  /// The settings of a project without a configuration file.
  public init() {}

  /// Reads the file; a missing one means the defaults.
  public static func read(_ path: FilePath) throws(StorageError) -> ProjectSettings {
    guard let file = try RegularFile.openForReading(path) else { return ProjectSettings() }
    let bytes = try StorageError.about(path) { () throws(Errno) in try file.readToEnd() }
    return ProjectSettings(text: String(decoding: bytes, as: UTF8.self))
  }

  init(text: String) {
    var section = ""
    for line in text.split(whereSeparator: \.isNewline) {
      let line = Self.trimmed(line)
      if line.hasPrefix("[") {
        section = String(Self.trimmed(line.dropFirst().prefix { $0 != "]" }))
      } else if section == "dispatcher" || section == "coordinator" {
        take(line)
      }
    }
  }

  private mutating func take(_ line: Substring) {
    let parts = line.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let value = Self.string(Self.trimmed(parts[1])) else { return }
    switch Self.trimmed(parts[0]) {
    case "executor": if !value.isEmpty { executor = value }
    case "model": model = value.isEmpty ? nil : value
    case _: break
    }
  }

  /// The contents of a one-line TOML string; nil for anything else.
  private static func string(_ text: Substring) -> String? {
    guard let quote = text.first, quote == "\"" || quote == "'" else { return nil }
    var content = ""
    var isEscaped = false
    for character in text.dropFirst() {
      if isEscaped {
        content.append(character)
        isEscaped = false
      } else if character == "\\" && quote == "\"" {
        isEscaped = true
      } else if character == quote {
        return content
      } else {
        content.append(character)
      }
    }
    return nil
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0.isWhitespace }
    let end = start.lastIndex { !$0.isWhitespace }
    return end.map { start[...$0] } ?? start.prefix(0)
  }
}
