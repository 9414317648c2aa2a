internal import ChatProject
internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import TaskGraph

/// Closes the tasks of archived chats in the graph, several with one rewrite.
///
/// The graph's lock may be held by another program, and the disk may be full: what cannot be done
/// now stays in the queue and is tried again. The tombstones stand meanwhile.
final class GraphClerk {
  struct Closing {
    let chat: ChatID
    let isDeletion: Bool
  }

  private let catalog: ChatCatalog
  private let log: DispatcherLog
  private var queue: [Closing] = []
  private var delay: Int64 = 0
  /// When the next attempt is due; nil when there is nothing to do.
  private(set) var dueAt: Int64?
  private(set) var lastError: StorageError?

  private static let firstDelay: Int64 = 20_000_000
  private static let longestDelay: Int64 = 5_000_000_000

  init(catalog: ChatCatalog, log: DispatcherLog) {
    self.catalog = catalog
    self.log = log
  }

  func add(_ closings: [Closing]) {
    if closings.isEmpty { return }
    queue += closings
    if dueAt == nil { dueAt = Clock.monotonic }
  }

  /// Takes back what was not done yet: the chat is being restored, and must not be closed after that.
  @discardableResult
  func withdraw(_ chat: ChatID) -> [Closing] {
    let withdrawn = queue.filter { $0.chat == chat }
    queue.removeAll { $0.chat == chat }
    if queue.isEmpty { dueAt = nil }
    return withdrawn
  }

  /// Tries what is due; gives the chats whose tasks are closed now.
  func run() -> [ChatID] {
    guard let dueAt, dueAt <= Clock.monotonic else { return [] }
    do throws(StorageError) {
      try close(queue)
    } catch {
      retryLater(error)
      return []
    }
    let done = queue.map(\.chat)
    queue = []
    delay = 0
    self.dueAt = nil
    lastError = nil
    return done
  }

  private func close(_ closings: [Closing]) throws(StorageError) {
    let change = GraphChange.dispatcher
    let archived = closings.filter { !$0.isDeletion }.map(\.chat)
    try catalog.archiveRows(archived, by: change, wait: .tryOnce) {
      "Chat \($0.number) purged: archived by wg-dispatcher"
    }
    for closing in closings where closing.isDeletion {
      try deleteRow(closing.chat, change)
    }
  }

  /// A row that is gone already needs no closing.
  private func deleteRow(_ chat: ChatID, _ change: GraphChange) throws(StorageError) {
    do throws(StorageError) {
      try catalog.deleteRow(chat, by: change, wait: .tryOnce)
    } catch {
      if error.kind != .notFound { throw error }
    }
  }

  private func retryLater(_ error: StorageError) {
    if error.kind != .locked && lastError != error {
      log.error(.storageProblem, "the graph cannot be written, trying again: \(error)")
    }
    lastError = error
    delay = min(Self.longestDelay, max(Self.firstDelay, delay * 2))
    dueAt = Clock.monotonic + delay
  }
}

extension GraphChange {
  /// A change that the dispatcher makes, now.
  static var dispatcher: GraphChange {
    GraphChange(
      time: Clock.wall, actor: "wg-dispatcher",
      user: GraphChange.user(environment: ["USER": CurrentProcess.variable("USER") ?? ""]))
  }
}
