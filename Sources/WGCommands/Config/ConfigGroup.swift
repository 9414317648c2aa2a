internal import ArgumentParser

/// The command `wg config`.
struct ConfigGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check the settings, and show what counts.",
    subcommands: [ConfigCheck.self, ConfigShow.self])
}
