internal import ArgumentParser

/// The command `wg migrate`.
struct MigrateGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Bring a project's files up to date.",
    subcommands: [MigrateChatRename.self])
}
