internal import ControlProtocol
internal import SystemPackage

/// What can be asked of one chat.
enum ChatChange {
  case stop, start, interrupt, archive, restore, delete, reset
  case set(HandlerOptions)
  case rename(String)

  /// The request that a dispatcher carries it out for.
  func request(for chat: UInt32, currentDirectory: FilePath) -> ControlRequest {
    switch self {
    case .stop: .stopChat(chat)
    case .start: .startChat(chat)
    case .interrupt: .interruptChat(chat)
    case .archive: .archiveChat(chat)
    case .restore: .restoreChat(chat)
    case .delete: .deleteChat(chat)
    case .reset: .resetChat(chat)
    case .rename(let name): .renameChat(.init(chatID: chat, name: name))
    case .set(let options):
      .setChatExecutor(
        .init(
          chatID: chat, executor: options.absoluteHandler(currentDirectory),
          command: options.command, model: options.model, endpoint: options.endpoint))
    }
  }

  /// What was done, for a sentence about the chat.
  var participle: String {
    switch self {
    case .stop: "stopped"
    case .start: "started"
    case .interrupt: "interrupted"
    case .archive: "archived"
    case .restore: "restored"
    case .delete: "deleted"
    case .reset: "reset"
    case .rename: "renamed"
    case .set: "changed"
    }
  }

  /// How it is called on the command line.
  var name: String {
    switch self {
    case .stop: "stop"
    case .start: "start"
    case .interrupt: "interrupt"
    case .archive: "archive"
    case .restore: "restore"
    case .delete: "delete"
    case .reset: "reset"
    case .rename: "rename"
    case .set: "set"
    }
  }
}
