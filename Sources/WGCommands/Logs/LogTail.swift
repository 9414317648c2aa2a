internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The end of a log file and of the one it was rotated to.
enum LogTail {
  /// The last lines, oldest first; nil when there is neither file.
  static func lines(of path: FilePath, last count: Int) throws -> [String]? {
    var lines: [String] = []
    var isFound = false
    for file in [path, rotated(path)] where lines.count < count {
      guard let opened = try open(file) else { continue }
      isFound = true
      lines = try tail(opened, count - lines.count) + lines
    }
    return isFound ? lines : nil
  }

  static func rotated(_ path: FilePath) -> FilePath {
    path.removingLastComponent().appending("\(path.lastComponent?.string ?? "log").1")
  }

  /// Nil when there is no such file.
  static func open(_ path: FilePath) throws(Errno) -> Descriptor? {
    do throws(Errno) {
      return try Descriptor.open(path, flags: O_RDONLY | O_NONBLOCK)
    } catch {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw error
    }
  }

  private static func tail(_ file: Descriptor, _ count: Int) throws(Errno) -> [String] {
    var reader = try BackwardLineReader(file)
    var lines: [String] = []
    while lines.count < count, let line = try reader.next() {
      lines.append(String(decoding: line.bytes, as: UTF8.self))
    }
    return lines.reversed()
  }
}
