internal import ArgumentParser

/// The command `wg chat`.
struct ChatGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat", abstract: "Make chats, talk to them, stop and archive them.",
    subcommands: [
      ChatCreate.self, ChatListCommand.self, ChatShow.self, ChatHistory.self, ChatSend.self,
      ChatAttach.self, ChatStop.self, ChatStart.self, ChatInterrupt.self, ChatArchive.self,
      ChatRestore.self,
      ChatDelete.self, ChatReset.self, ChatSet.self, ChatRename.self, LegacyChat.self,
    ],
    defaultSubcommand: LegacyChat.self)
}
