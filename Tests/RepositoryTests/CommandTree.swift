import Foundation

/// The commands of `wg` with their options, as the program itself tells them.
struct CommandTree {
  /// One command.
  struct Command: Equatable {
    /// From the root on, without `wg`: `["chat", "create"]`.
    let path: [String]
    let aliases: [String]
    /// Spellings with their dashes; hidden ones left out.
    let options: Set<String>
    let isGroup: Bool

    var name: String { path.joined(separator: " ") }
  }

  let commands: [Command]

  /// What every command accepts, and wg(1) alone describes.
  static let common: Set<String> = ["--dir", "--json", "--help", "-h", "--version"]

  static func ofProgram() throws -> CommandTree {
    let dump = try RunningProgram.ours("wg", "--experimental-dump-help")
    let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.output.utf8))
    return CommandTree(commands: tool.command.flattened(path: []))
  }

  /// The commands whose names begin with a word, the word taken away.
  func below(_ group: String) -> [Command] {
    commands.filter { $0.path.first == group && $0.path.count > 1 }.map {
      Command(
        path: Array($0.path.dropFirst()), aliases: $0.aliases, options: $0.options,
        isGroup: $0.isGroup)
    }
  }
}

/// The part of ArgumentParser's dump that matters here.
private struct Tool: Decodable {
  let command: CommandInfo

  struct CommandInfo: Decodable {
    let commandName: String
    let aliases: [String]?
    let shouldDisplay: Bool?
    let subcommands: [CommandInfo]?
    let arguments: [ArgumentInfo]?

    func flattened(path: [String]) -> [CommandTree.Command] {
      let shown = (subcommands ?? []).filter { $0.shouldDisplay != false }
      let names = (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }
      let own = CommandTree.Command(
        path: path, aliases: aliases ?? [],
        options: Set(names.map(\.spelling)).subtracting(CommandTree.common), isGroup: !shown.isEmpty
      )
      return [own] + shown.flatMap { $0.flattened(path: path + [$0.commandName]) }
    }
  }

  struct ArgumentInfo: Decodable {
    let shouldDisplay: Bool
    let names: [NameInfo]?
  }

  struct NameInfo: Decodable {
    let kind: String
    let name: String

    var spelling: String { (kind == "long" ? "--" : "-") + name }
  }
}
