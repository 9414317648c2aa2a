internal import ArgumentParser

/// The command `wg session`.
struct SessionGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session", abstract: "Look at the sessions of chats, and who holds them.",
    subcommands: [
      SessionList.self, SessionStatus.self, SessionReleaseCommand.self, SessionCheck.self,
    ])
}
