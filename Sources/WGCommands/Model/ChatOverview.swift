internal import ChatProject
internal import ChatStorage
internal import ControlProtocol

/// All chats as they stand: by the dispatcher's word where it runs, by the files otherwise.
struct ChatOverview {
  /// Nil when no dispatcher runs.
  var service: ServiceStatus?
  var chats: [ChatStatus] = []
  /// What was passed over in the files.
  var notes: [String] = []

  var dispatcher: DispatcherState { DispatcherState(service != nil) }
}

extension Project {
  /// Every chat of the files, with what the dispatcher knows of it.
  ///
  /// Writes nothing.
  func overview(includesArchived: Bool) throws -> ChatOverview {
    let service = try runningService()
    let live = Dictionary(
      (service?.chats ?? []).map { ($0.chatID, $0) }, uniquingKeysWith: { first, _ in first })
    let problems = ProblemList()
    let catalog = ChatCatalog(layout: layout, report: problems.report)
    let observer = ChatObserver(layout: layout, report: problems.report)
    let chats = try catalog.chats(includeArchived: includesArchived).map {
      live[$0.id.number] ?? observer.status(of: $0)
    }
    return ChatOverview(
      service: service, chats: chats.filter { includesArchived || $0.state != .archived },
      notes: problems.notes)
  }

  /// One chat.
  func status(of chat: ChatSummary) throws -> ChatStatus {
    let live = try runningService()?.chats.first { $0.chatID == chat.id.number }
    return live ?? ChatObserver(layout: layout).status(of: chat)
  }
}
