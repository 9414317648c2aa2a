internal import LinuxSystem
internal import SystemPackage

/// A file with the metrics, for node_exporter's textfile collector.
///
/// Written only when something changed, at most every 10 s, and always as a whole: when nothing
/// happens, no timer is armed.
final class MetricsFile {
  private let path: FilePath
  private let log: DispatcherLog
  private var lastRevision: UInt64?
  private var writtenAt: Int64?
  private var hasFailed = false
  /// When it is written next; nil when there is nothing to write.
  private(set) var dueAt: Int64?

  private static let interval: Int64 = 10_000_000_000

  init(_ path: FilePath, log: DispatcherLog) {
    self.path = path
    self.log = log
  }

  /// Once each turn; `text` is made only when it is written.
  func write(revision: UInt64, force: Bool = false, _ text: () -> String) {
    let now = Clock.monotonic
    if revision != lastRevision, dueAt == nil {
      dueAt = writtenAt.map { max(now, $0 + Self.interval) } ?? now
    }
    guard let due = dueAt, due <= now || force else { return }
    dueAt = nil
    lastRevision = revision
    writtenAt = now
    replace(text())
  }

  private func replace(_ text: String) {
    do {
      try AtomicFile.replace(path, with: Array(text.utf8), mode: 0o644, durability: .atomic)
      hasFailed = false
    } catch {
      // Said once: the next attempts fail the same way.
      if !hasFailed { log.error(.storageProblem, "cannot write metrics to \(path): \(error)") }
      hasFailed = true
    }
  }
}
