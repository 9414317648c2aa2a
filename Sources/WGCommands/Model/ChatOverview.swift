internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import TimeSpans

/// All chats as they stand: by the dispatcher's word where it runs, by the files otherwise.
struct ChatOverview {
  var dispatcher = DispatcherState.notRunning
  /// What the dispatcher says of itself; nil when none runs, or it cannot be asked.
  var service: ServiceStatus?
  /// Why a dispatcher that runs cannot be asked.
  var silence: ControlError?
  var chats: [ChatStatus] = []
  /// What a person should know beside: the silence, and what was passed over in the files.
  var notes: [String] = []
}

extension Project {
  /// Every chat of the files, with what the dispatcher knows of it.
  ///
  /// Writes nothing.
  func overview(includesArchived: Bool) throws -> ChatOverview {
    var overview = try askedOverview()
    let live = Dictionary(
      (overview.service?.chats ?? []).map { ($0.chatID, $0) },
      uniquingKeysWith: { first, _ in first })
    let problems = ProblemList()
    let catalog = ChatCatalog(layout: layout, report: problems.report)
    let observer = ChatObserver(layout: layout, report: problems.report)
    let chats = try catalog.chats(includeArchived: includesArchived).map {
      observer.status(of: $0, live: live[$0.id.number])
    }
    overview.chats = chats.filter { includesArchived || $0.state != .archived }
    overview.notes += problems.notes
    return overview
  }

  /// Reading goes on by the files where the dispatcher is too busy to answer.
  private func askedOverview() throws -> ChatOverview {
    do {
      let service = try runningService()
      return ChatOverview(dispatcher: DispatcherState(service != nil), service: service)
    } catch let error as ControlError where error.code == .tryAgain {
      return ChatOverview(dispatcher: .running, silence: error, notes: [error.message])
    }
  }

  /// One chat.
  func status(
    of chat: ChatSummary, within limit: TimeSpan = .seconds(30)
  ) throws -> ChatStatus {
    let live = try runningService(within: limit)?.chats.first { $0.chatID == chat.id.number }
    return ChatObserver(layout: layout).status(of: chat, live: live)
  }
}
