internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// New lines of a log file as they come, also across its rotation.
final class LogFollower {
  private let path: FilePath
  private let watcher: FileWatcher
  private var file: Descriptor?
  private var offset: Int64 = 0
  /// A line whose newline is still to come.
  private var rest: [UInt8] = []

  /// Starts behind what the file holds now.
  init(_ path: FilePath) throws {
    self.path = path
    watcher = try FileWatcher()
    _ = try watcher.watch(path.removingLastComponent(), for: [.modified, .created, .movedIn])
    file = try LogTail.open(path)
    offset = try file?.status().size ?? 0
  }

  /// Waits for new lines.
  func next() throws -> [String] {
    while true {
      let lines = try read()
      if !lines.isEmpty { return lines }
      _ = try watcher.descriptor.wait(for: .readable, until: .never)
      while try !watcher.read().isEmpty {}
    }
  }

  private func read() throws -> [String] {
    var lines = try readOpenFile()
    if try isReplaced() {
      file = try LogTail.open(path)
      offset = 0
      lines += try readOpenFile()
    }
    return lines
  }

  private func isReplaced() throws -> Bool {
    guard let there = try FileStatus.of(path) else { return false }
    guard let file else { return true }
    return try file.status().inode != there.inode
  }

  private func readOpenFile() throws -> [String] {
    guard let file else { return [] }
    if try file.status().size < offset { offset = 0 }
    let bytes = try file.readToEnd(from: offset)
    offset += Int64(bytes.count)
    rest += bytes
    var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    rest = Array(lines.popLast() ?? [])
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }
}
