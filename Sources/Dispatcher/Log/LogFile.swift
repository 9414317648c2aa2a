internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// `daemon.log`: lines, and one backup when it has grown.
///
/// Opened at the first line. What cannot be written is lost: a log must not end the dispatcher.
final class LogFile {
  private let path: FilePath
  private let limit: Int64
  private var file: Descriptor?

  init(_ path: FilePath, limit: Int64) {
    self.path = path
    self.limit = limit
  }

  func append(_ line: String) {
    rotateIfFull()
    if file == nil { open() }
    try? file?.writeAll(line.utf8)
  }

  private func open() {
    file = try? Descriptor.open(
      path, flags: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, mode: 0o640)
  }

  /// One backup, as the existing program keeps it.
  private func rotateIfFull() {
    guard let size = try? file?.status().size, size >= limit else { return }
    let backup = path.removingLastComponent().appending("\(path.lastComponent?.string ?? "log").1")
    do throws(Errno) {
      try AtomicFile.rename(path, to: backup)
    } catch {
      // Somebody else moved it away: what is open has no name any more, or another one.
      if error != .noSuchFileOrDirectory { return }
    }
    open()
  }
}
