internal import ChatStorage
internal import TaskGraph

/// Which chats a purge has to deal with, and why it leaves the others.
struct PurgePlan {
  struct Target {
    let chat: ChatID
    /// As the graph has it.
    let taskID: String
    let session: SessionID?
    /// The processes that hold the session lock.
    let pids: [Int32]
  }

  private(set) var targets: [Target] = []
  private(set) var skipped: [PurgeReport.Skipped] = []

  init(_ snapshot: CatalogSnapshot, options: PurgeOptions, handlers: LiveHandlers) {
    for chat in snapshot.chats where options.means(chat.id) {
      let isDone = chat.isArchived && chat.row.isRetired
      add(
        chat.id, chat.row.id.text, chat.session, handlers.pids[chat.id] ?? [], isDone: isDone,
        options)
    }
    // A handler can outlive its chat's row; there is nothing else of such a chat to purge.
    for (chat, session) in snapshot.orphanedSessions.sorted(by: { $0.key < $1.key }) {
      guard let pids = handlers.pids[chat] else { continue }
      add(chat, chat.taskID, session, pids, isDone: true, options)
    }
  }

  /// An archived chat is skipped only when nothing of it is left to do: its row may be open again,
  /// its handler may live, an earlier purge may have been cut off.
  private mutating func add(
    _ chat: ChatID, _ taskID: String, _ session: SessionID?, _ pids: [Int32], isDone: Bool,
    _ options: PurgeOptions
  ) {
    if options.except.contains(chat) {
      skipped.append(.init(chat: chat, reason: .excepted))
    } else if options.callerChat == chat {
      skipped.append(.init(chat: chat, reason: .callerChat))
    } else if isDone && pids.isEmpty {
      skipped.append(.init(chat: chat, reason: .alreadyArchived))
    } else {
      targets.append(Target(chat: chat, taskID: taskID, session: session, pids: pids))
    }
  }
}
