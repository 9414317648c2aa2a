internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TaskGraph

/// What the files tell of a chat when no dispatcher can be asked.
///
/// Writes nothing.
struct ChatObserver {
  let layout: ProjectLayout
  /// Is told what was passed over.
  let report: (Problem) -> Void

  init(layout: ProjectLayout, report: @escaping (Problem) -> Void = { _ in }) {
    self.layout = layout
    self.report = report
  }

  /// What the dispatcher says of the chat, where it says anything; else what the files tell.
  ///
  /// How much waits is looked up anew: an answer may have been written since the dispatcher looked.
  func status(of chat: ChatSummary, live: ChatStatus?) -> ChatStatus {
    guard var status = live else { return self.status(of: chat) }
    status.memoryBytes = status.pid.flatMap(ProcessMemory.resident(ofTree:))
    if status.pending > 0, let session = chat.session {
      status.pending = min(status.pending, pending(in: layout.chatDirectory(session)))
    }
    return status
  }

  func status(of chat: ChatSummary) -> ChatStatus {
    let directory = chat.session.map { layout.chatDirectory($0) }
    let pid = directory.flatMap(handler)
    return ChatStatus(
      chatID: chat.id.number, taskID: chat.taskID, name: chat.name, title: chat.title,
      state: Self.state(of: chat, isHeld: pid != nil), pid: pid,
      incarnation: chat.record.incarnation, restarts: UInt64(chat.record.crashes.count),
      pending: chat.isArchived ? 0 : directory.map(pending) ?? 0, handler: chat.handler.label,
      model: chat.row.model, session: chat.session?.text, purgedAt: chat.tombstone?.purgedAt,
      lastExit: chat.record.lastExit, since: chat.tombstone?.purgedAt,
      memoryBytes: pid.flatMap(ProcessMemory.resident(ofTree:)))
  }

  /// A handler can outlive its dispatcher; its session lock tells.
  private func handler(in directory: FilePath) -> Int32? {
    let holder = try? SessionLock.holder(directory)
    return holder.flatMap { $0.pid > 0 ? $0.pid : nil }
  }

  private func pending(in directory: FilePath) -> UInt64 {
    let conversation = Conversation(directory: directory)
    do {
      try conversation.refresh()
    } catch {
      report(Problem(file: error.file, line: error.line, reason: error.reason))
    }
    conversation.problems.forEach(report)
    return UInt64(conversation.pending.count)
  }

  private static func state(of chat: ChatSummary, isHeld: Bool) -> ChatState {
    if chat.isArchived { return .archived }
    if isHeld { return .running }
    if chat.record.desired == .down { return .down }
    return chat.record.parkedAt == nil ? .resting : .parked
  }
}
