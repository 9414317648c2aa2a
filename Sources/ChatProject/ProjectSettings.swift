public import ChatStorage
public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// The settings of `config.toml` that chats need.
///
/// Reads the tables `[dispatcher]` (and `[coordinator]`, its old name), `[chats]` and `[chats.N]`;
/// the rest of the file is other programs' business and is not judged.
public struct ProjectSettings: Equatable, Sendable {
  /// What answers in chats that name no handler.
  public private(set) var executor = "claude"
  /// The model of chats that name none.
  public private(set) var model: String?
  /// Where the model is served, for chats that do not say.
  public private(set) var endpoint: String?
  /// Lines about chats that do not count, and why; the others do.
  public private(set) var problems: [Problem] = []
  private var general = ChatLimits()
  private var own: [ChatID: ChatLimits] = [:]

  /// The settings of a project without a configuration file.
  public init() {}

  /// Reads the file; a missing one means the defaults.
  public static func read(_ path: FilePath) throws(StorageError) -> ProjectSettings {
    guard let file = try RegularFile.openForReading(path) else { return ProjectSettings() }
    let bytes = try StorageError.about(path) { () throws(Errno) in try file.readToEnd() }
    return ProjectSettings(text: String(decoding: bytes, as: UTF8.self), file: path)
  }

  /// What is set for the handler of a chat.
  public func limits(of chat: ChatID) -> ChatLimits {
    own[chat]?.overriding(general) ?? general
  }

  private enum Section {
    case dispatcher
    case allChats
    case chat(ChatID)
    case foreign
  }

  init(text: String, file: FilePath) {
    var section = Section.foreign
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      do throws(SettingsError) {
        switch SettingsLine(line) {
        case .section(let name):
          section = .foreign
          section = try Self.section(name)
        case .assignment(let key, let value): try take(key, value, in: section)
        case .other: break
        }
      } catch {
        problems.append(Problem(file: file, line: index + 1, reason: error.reason))
      }
    }
  }

  private static func section(_ name: String) throws(SettingsError) -> Section {
    switch name {
    case "dispatcher", "coordinator": return .dispatcher
    case "chats": return .allChats
    case _ where name.hasPrefix("chats."):
      let number = name.dropFirst(6).filter { $0 != "\"" && $0 != "'" }
      if let id = ChatID(alias: number) { return .chat(id) }
      throw SettingsError(
        "[\(name)] names no chat; write its number, such as [chats.6], or [chats] for all")
    case _: return .foreign
    }
  }

  private mutating func take(
    _ key: String, _ value: SettingsValue, in section: Section
  ) throws(SettingsError) {
    switch section {
    case .dispatcher: if case .string(let text) = value { take(key, text) }
    case .allChats: try general.set(key, to: value)
    case .chat(let id): try own[id, default: ChatLimits()].set(key, to: value)
    case .foreign: break
    }
  }

  private mutating func take(_ key: String, _ value: String) {
    switch key {
    case "executor": if !value.isEmpty { executor = value }
    case "model": model = value.isEmpty ? nil : value
    case "endpoint": endpoint = value.isEmpty ? nil : value
    case _: break
    }
  }
}
