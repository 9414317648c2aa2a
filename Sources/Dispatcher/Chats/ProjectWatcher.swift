internal import ChatStorage
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// What changed in the project's files since the last turn.
struct ProjectChanges {
  var graph = false
  var sessions = false
  var inboxes: Set<ChatID> = []
  /// Handlers that wrote to their logs.
  var logs: Set<ChatID> = []
  /// Inboxes whose file was replaced: the watch has to be made anew.
  var replaced: Set<ChatID> = []
  /// Events were lost: everything has to be looked at.
  var overflow = false

  var isEmpty: Bool {
    !graph && !sessions && inboxes.isEmpty && logs.isEmpty && replaced.isEmpty && !overflow
  }
}

/// Watches the graph, the session registry and each chat's inbox with one inotify descriptor.
///
/// An inbox is watched as a file, not through its folder: a handler writes much into the folder, and
/// none of it is the dispatcher's business.
final class ProjectWatcher {
  private let layout: ProjectLayout
  private let files: FileWatcher
  private let log: DispatcherLog
  private var inboxes: [FileWatcher.WatchID: ChatID] = [:]
  private var logs: [FileWatcher.WatchID: ChatID] = [:]
  private let root: FileWatcher.WatchID
  private var chatFolder: FileWatcher.WatchID?
  private var changes = ProjectChanges()
  private var hasComplained = false

  init(layout: ProjectLayout, loop: EventLoop, log: DispatcherLog) throws(Errno) {
    self.layout = layout
    self.log = log
    files = try FileWatcher()
    root = try files.watch(layout.root, for: [.movedIn, .closedAfterWriting, .deleted])
    chatFolder = try? files.watch(layout.chatFolder, for: [.movedIn, .closedAfterWriting])
    _ = try loop.add(files.descriptor, for: .readable) { [weak self] _ in self?.collect() }
  }

  /// Whether there is something to take.
  var hasChanges: Bool { !changes.isEmpty }

  /// Takes what has changed.
  func takeChanges() -> ProjectChanges {
    defer { changes = ProjectChanges() }
    return changes
  }

  /// Watches an inbox, making an empty one if there is none.
  ///
  /// Nil when the kernel allows no more.
  func watchInbox(of chat: ChatID, in directory: FilePath) -> FileWatcher.WatchID? {
    let inbox = MessageLog(directory: directory, .inbox).path
    do {
      // Without waiting: a pipe in its place would wait for a reader for ever.
      _ = try Descriptor.open(
        inbox, flags: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, mode: 0o644)
      let watch = try files.watch(inbox, for: [.modified, .selfMoved, .selfDeleted, .attributes])
      inboxes[watch] = chat
      return watch
    } catch {
      complain("cannot watch \(inbox): \(error)")
      return nil
    }
  }

  /// Watches a handler's log for the next write to it.
  ///
  /// Nil when the kernel allows no more.
  func watchLog(of chat: ChatID) -> FileWatcher.WatchID? {
    guard let watch = try? files.watch(layout.handlerLog(chat), for: .modified) else { return nil }
    logs[watch] = chat
    return watch
  }

  func forget(_ watch: FileWatcher.WatchID) {
    let known = inboxes.removeValue(forKey: watch) ?? logs.removeValue(forKey: watch)
    guard known != nil else { return }
    files.remove(watch)
  }

  /// Reads what the kernel has told; never blocks.
  func collect() {
    while let events = try? files.read(), !events.isEmpty {
      for event in events { note(event) }
    }
  }

  private func note(_ event: FileEvent) {
    switch event {
    case .overflow: changes.overflow = true
    case .changed(root, _, let name): if name == "graph.jsonl" { changes.graph = true }
    case .changed(chatFolder, _, let name): if name == "sessions.json" { changes.sessions = true }
    case .changed(let watch, let change, _): noteInbox(watch, change)
    }
  }

  private func noteInbox(_ watch: FileWatcher.WatchID, _ change: FileChange) {
    if let chat = logs[watch] { changes.logs.insert(chat) }
    guard let chat = inboxes[watch] else { return }
    changes.inboxes.insert(chat)
    if !change.isDisjoint(with: [.selfMoved, .selfDeleted, .watchEnded]) {
      changes.replaced.insert(chat)
    }
  }

  /// Once is enough: a full inotify table affects every chat the same way.
  private func complain(_ message: String) {
    guard !hasComplained else { return }
    hasComplained = true
    log.warn(
      .storageProblem,
      "\(message); messages are noticed when the dispatcher is told of them, or within a minute")
  }
}
