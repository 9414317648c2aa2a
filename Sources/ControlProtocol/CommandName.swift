/// The values of `cmd` that this version carries out, each with the spellings of the existing program.
enum CommandName: String, CaseIterable {
  case hello
  case status
  case createChat = "create_chat"
  case archiveChat = "archive_chat"
  case deleteChat = "delete_chat"
  case stopChat = "stop_chat"
  case startChat = "start_chat"
  case restoreChat = "restore_chat"
  case resetChat = "reset_chat"
  case interruptChat = "interrupt_chat"
  case renameChat = "rename_chat"
  case setChatExecutor = "set_chat_executor"
  case listChats = "list_chats"
  case userChat = "user_chat"
  case purgeChats = "purge_chats"
  case shutdown
  case graphChanged = "graph_changed"
  case reconfigure
  case attach
  case ping
  case subscribe
  case why
  case metrics
  case upgrade

  init?(spelling: String) {
    let found = Self.allCases.first { $0.rawValue == spelling || $0.aliases.contains(spelling) }
    guard let found else { return nil }
    self = found
  }

  private var aliases: [String] {
    switch self {
    case .createChat: ["create_coordinator"]
    case .archiveChat: ["archive_coordinator"]
    case .deleteChat: ["delete_coordinator"]
    case .stopChat: ["stop_coordinator"]
    case .interruptChat: ["interrupt_coordinator"]
    case .setChatExecutor: ["set_coordinator_executor"]
    case .listChats: ["list_coordinators"]
    case .purgeChats: ["archive_all_chats"]
    case .hello, .status, .startChat, .restoreChat, .resetChat, .renameChat, .userChat,
      .shutdown, .graphChanged, .reconfigure, .attach, .ping, .subscribe, .why, .metrics,
      .upgrade:
      []
    }
  }

  /// Requests about task agents, which this program does not run.
  static let ofTaskAgents: Set<String> = [
    "spawn", "agents", "kill", "heartbeat", "pause", "resume", "freeze", "thaw",
    "kick_dispatcher", "add_task", "query_task", "send_message",
  ]
}
