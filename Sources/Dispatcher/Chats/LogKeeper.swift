internal import ChatStorage
internal import LinuxSystem

/// Keeps the logs of running handlers from growing without bound.
///
/// A handler writes to its log without the dispatcher. A write wakes the dispatcher, which looks at
/// the size and then lets the log be for a second: a handler that is silent costs nothing, one that
/// floods costs a look a second.
final class LogKeeper {
  private let output: HandlerOutput
  weak var watcher: ProjectWatcher?
  private var watches: [ChatID: FileWatcher.WatchID] = [:]
  /// Logs that were written to a moment ago and are watched again later.
  private var paused: Set<ChatID> = []
  private(set) var resumeAt: Int64?

  private static let pause: Int64 = 1_000_000_000

  init(_ output: HandlerOutput) { self.output = output }

  func begin(_ chat: ChatID) {
    guard watches[chat] == nil, output.isInFile(chat) else { return }
    watches[chat] = watcher?.watchLog(of: chat)
  }

  func end(_ chat: ChatID) {
    paused.remove(chat)
    if let watch = watches.removeValue(forKey: chat) { watcher?.forget(watch) }
    output.trim(chat)
  }

  /// Handlers wrote to these logs.
  func notice(_ chats: Set<ChatID>) {
    for chat in chats {
      guard let watch = watches.removeValue(forKey: chat) else { continue }
      watcher?.forget(watch)
      output.trim(chat)
      paused.insert(chat)
      if resumeAt == nil { resumeAt = Clock.monotonic + Self.pause }
    }
  }

  /// Looks again at the logs that were let be.
  func resume() {
    guard let resumeAt, resumeAt <= Clock.monotonic else { return }
    self.resumeAt = nil
    for chat in paused {
      output.trim(chat)
      begin(chat)
    }
    paused = []
  }
}
