internal import LinuxSystem
internal import SystemPackage

/// Tells that something in the chat's folder may have changed, costing nothing until then.
///
/// First by signal (`FolderSignal`), since a user may have only 128 inotify instances and a
/// thousand handlers must not take those of the editor and of the dispatcher. Where that is not
/// to be had, by inotify; where neither is, by looking once a second.
final class InboxWatch {
  /// The ways to be told, best first.
  enum Means: CaseIterable {
    case signal
    case events
    case clock
  }

  private static let interval: Int64 = 1_000_000_000

  private let loop: EventLoop
  private var signal: FolderSignal?
  private var registration: EventLoop.Registration?
  /// The next instant to look without being told; nil where the kernel tells.
  private(set) var deadline: Int64?

  /// SIGIO has to be read from a `SignalDescriptor` that the caller already has.
  ///
  /// The first of `means` that the system has is used.
  init(
    _ folder: FilePath, loop: EventLoop, means: [Means] = Means.allCases,
    changed: @escaping () -> Void
  ) {
    self.loop = loop
    _ = means.first { begin($0, folder, changed) }
  }

  private func begin(
    _ means: Means, _ folder: FilePath, _ changed: @escaping () -> Void
  ) -> Bool {
    switch means {
    case .signal: signal = try? FolderSignal(folder)
    case .events: registration = try? watch(folder, changed)
    case .clock: deadline = 0
    }
    return signal != nil || registration != nil || deadline != nil
  }

  private func watch(
    _ folder: FilePath, _ changed: @escaping () -> Void
  ) throws(Errno) -> EventLoop.Registration {
    let watcher = try FileWatcher()
    _ = try watcher.watch(folder, for: [.modified, .created, .movedIn])
    return try loop.add(watcher.descriptor, for: .readable) { _ in
      _ = try? watcher.read()
      changed()
    }
  }

  deinit { registration.map(loop.remove) }

  /// Whether it is time to look although nobody told.
  func isDue(at now: Int64) -> Bool {
    guard let deadline, deadline <= now else { return false }
    self.deadline = now + InboxWatch.interval
    return true
  }
}
