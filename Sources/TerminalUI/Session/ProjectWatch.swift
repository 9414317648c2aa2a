internal import ChatStorage
internal import LinuxSystem
internal import SystemPackage

/// Tells what of the project's files has changed, without looking at them when nothing has.
final class ProjectWatch {
  /// What changed.
  enum Change: Hashable {
    /// The dispatcher's folder: one may have come or gone.
    case service
    /// Which chats there are, or what is kept of them.
    case chats
    /// The files of a conversation.
    case conversation(UInt32, file: String)
    /// Anything may have changed.
    case everything
  }

  private enum Subject {
    case root, service, records
    case conversation(UInt32)
  }

  private let watcher: FileWatcher
  private let layout: ProjectLayout
  private var subjects: [FileWatcher.WatchID: Subject] = [:]
  private var folders: [UInt32: (path: FilePath, watch: FileWatcher.WatchID)] = [:]

  var descriptor: Descriptor { watcher.descriptor }

  init(_ layout: ProjectLayout) throws(Errno) {
    watcher = try FileWatcher()
    self.layout = layout
    watchProject()
  }

  /// Folders that are not there yet are watched when the one above them tells of them.
  private func watchProject() {
    let folders: [(FilePath, Subject)] = [
      (layout.root, .root), (layout.service, .service), (layout.tombstones, .records),
      (layout.chatStates, .records),
    ]
    for (path, subject) in folders {
      if let watch = try? watcher.watch(path, for: .names) { subjects[watch] = subject }
    }
  }

  /// Watches the folders of these conversations and of no others.
  func follow(_ wanted: [UInt32: FilePath]) {
    for (chat, folder) in folders where wanted[chat] != folder.path {
      watcher.remove(folder.watch)
      subjects[folder.watch] = nil
      folders[chat] = nil
    }
    for (chat, path) in wanted where folders[chat] == nil {
      guard let watch = try? watcher.watch(path, for: [.modified, .names]) else { continue }
      subjects[watch] = .conversation(chat)
      folders[chat] = (path, watch)
    }
  }

  func read() -> Set<Change> {
    var changes: Set<Change> = []
    while let events = try? watcher.read(), !events.isEmpty {
      for event in events { changes.formUnion(change(event).map { [$0] } ?? []) }
    }
    return changes
  }

  private func change(_ event: FileEvent) -> Change? {
    guard case .changed(let watch, let change, let name) = event else { return .everything }
    if change.contains(.watchEnded) {
      subjects[watch] = nil
      return .everything
    }
    switch subjects[watch] {
    case .root:
      watchProject()
      return name == layout.graph.lastComponent?.string ? .chats : .service
    case .service:
      watchProject()
      return .service
    case .records: return .chats
    case .conversation(let chat): return .conversation(chat, file: name ?? "")
    case nil: return nil
    }
  }
}
