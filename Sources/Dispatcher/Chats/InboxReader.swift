internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SystemPackage

/// Reads inboxes for the core, a bounded amount each turn.
final class InboxReader {
  private let layout: ProjectLayout
  private let log: DispatcherLog
  private var queue: [ChildID] = []
  private var queued: Set<ChildID> = []
  /// A problem is worth one line, not one for each look.
  private var reported: Set<String> = []
  /// The loop is kept no longer than this by inboxes in one turn.
  private static let turnLimit: Int64 = 8_000_000
  private static let chunk = 1 << 20
  private static let reportLimit = 1_000
  /// Inboxes that could not be read or watched: nothing may come any more that says to look at them.
  private var troubled: Set<ChildID> = []
  private var retry = Retry()

  init(layout: ProjectLayout, log: DispatcherLog) {
    self.layout = layout
    self.log = log
  }

  /// Is told how long an answer took, nanoseconds.
  var delivered: ((Int64) -> Void)?

  /// Is told of each inbox that is about to be tried again.
  var willRetry: ((ChildID) -> Void)?

  var hasWork: Bool { !queue.isEmpty }

  func request(_ child: ChildID) {
    if queued.insert(child).inserted { queue.append(child) }
  }

  /// When those are looked at again; nil when there are none.
  var retryAt: Int64? { retry.dueAt }

  /// Looks at an inbox again some time, later and later while others go on failing.
  func retry(_ child: ChildID) {
    troubled.insert(child)
    retry.failed(at: Clock.monotonic)
  }

  private func requestTroubled() {
    guard retry.takeDue(at: Clock.monotonic) else { return }
    let children = troubled
    troubled = []
    for child in children {
      willRetry?(child)
      request(child)
    }
  }

  /// Reads for a while; gives each observation that is complete.
  func run(_ chats: ChatTable, report: (ChildID, InboxObservation) -> Void) {
    requestTroubled()
    let end = Clock.monotonic + Self.turnLimit
    let batch = queue
    queue = []
    for (index, child) in batch.enumerated() {
      guard Clock.monotonic < end else {
        queue += batch[index...]
        return
      }
      queued.remove(child)
      guard let chat = chats[child] else { continue }
      if let observation = observe(chat) { report(child, observation) } else { request(child) }
    }
  }

  /// Nil when there is more to read than one turn may.
  private func observe(_ chat: SupervisedChat) -> InboxObservation? {
    guard let session = chat.session else { return InboxObservation(answered: chat.answered) }
    let directory = layout.chatDirectory(session)
    let conversation = chat.conversation ?? Conversation(directory: directory)
    chat.conversation = conversation
    do throws(StorageError) {
      guard try conversation.refresh(budget: Self.chunk) else { return nil }
      if conversation.pending.isEmpty { try conversation.saveCheckpoint() }
      for latency in conversation.takeLatencies() { delivered?(latency) }
      chat.past.inboxFailure = nil
      if troubled.isEmpty { retry.succeeded() }
    } catch {
      // What was known before still counts, until the next look.
      complain(error, chat)
      retry(chat.child)
    }
    report(conversation.problems, chat)
    return observation(conversation, chat, directory)
  }

  private func observation(
    _ conversation: Conversation, _ chat: SupervisedChat, _ directory: FilePath
  ) -> InboxObservation {
    InboxObservation(
      pending: conversation.pending.count,
      first: conversation.pending.first.map { MessageKey(UInt64(clamping: $0.offset)) },
      newest: conversation.lastID, answered: chat.answered,
      lastActivity: lastActivity(directory))
  }

  /// When one of the two files was last written.
  private func lastActivity(_ directory: FilePath) -> Instant? {
    let times = [MessageLog.Box.inbox, .outbox].compactMap {
      try? FileStatus.of(MessageLog(directory: directory, $0).path)?.modified
    }
    return times.max().map { WallClock.now.instant($0) }
  }

  private func complain(_ error: StorageError, _ chat: SupervisedChat) {
    guard chat.past.inboxFailure != error.description else { return }
    chat.past.inboxFailure = error.description
    log.error(.storageProblem, about: chat.id, "\(error)")
  }

  private func report(_ problems: [Problem], _ chat: SupervisedChat) {
    for problem in problems where reported.insert("\(problem)").inserted {
      log.warn(.storageProblem, about: chat.id, "\(problem)")
    }
    if reported.count > Self.reportLimit { reported = [] }
  }
}
