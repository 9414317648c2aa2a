internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// A file that is written beside the one whose place it takes, some bytes at a time.
struct MergedFile {
  static let newline = UInt8(ascii: "\n")

  private let path: FilePath
  private let file: Descriptor
  private var buffer: [UInt8] = []

  private static let chunk = 1 << 20

  /// Writes a file whole or not at all; it is on the disk when this returns.
  ///
  /// Owner, group and mode are those of `model`. The caller holds the lock of the file at `path`.
  /// `beforeRename` is called, with the inode of what was written, when nothing is seen of it yet.
  static func write(
    to path: FilePath, like model: Descriptor,
    beforeRename: (UInt64) throws(StorageError) -> Void = { (_) throws(StorageError) in },
    _ body: (inout MergedFile) throws(StorageError) -> Void
  ) throws(StorageError) {
    let temporary = temporaryName(for: path)
    do throws(StorageError) {
      var writer = try MergedFile(temporary, like: model)
      try body(&writer)
      try writer.finish()
      try beforeRename(try writer.inode())
      try StorageError.about(path) { () throws(Errno) in
        try AtomicFile.rename(temporary, to: path)
        try AtomicFile.synchronizeDirectory(path.removingLastComponent())
      }
    } catch {
      _ = try? AtomicFile.remove(temporary)
      throw error
    }
  }

  private static func temporaryName(for path: FilePath) -> FilePath {
    let name = path.lastComponent?.string ?? ""
    return path.removingLastComponent().appending(".\(name).merge.tmp")
  }

  /// What an attempt left that was killed goes first.
  private init(_ temporary: FilePath, like model: Descriptor) throws(StorageError) {
    path = temporary
    file = try StorageError.about(temporary) { () throws(Errno) in
      try AtomicFile.remove(temporary)
      let file = try Descriptor.open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      try file.takeOwnership(from: model)
      return file
    }
  }

  mutating func write(_ bytes: [UInt8]) throws(StorageError) {
    buffer += bytes
    if buffer.count >= Self.chunk { try flush() }
  }

  /// Copies a stretch of another file.
  mutating func copy(
    _ source: Descriptor, from start: Int64, to end: Int64
  ) throws(StorageError) {
    var position = start
    while position < end {
      let wanted = Int(min(Int64(Self.chunk), end - position))
      let bytes = try StorageError.about(path) { () throws(Errno) in
        try source.read(at: position, count: wanted)
      }
      if bytes.isEmpty { return }
      try write(bytes)
      position += Int64(bytes.count)
    }
  }

  /// Copies a line, and ends it where it was not ended.
  mutating func copyLine(
    _ source: Descriptor, from start: Int64, to end: Int64
  ) throws(StorageError) {
    try copy(source, from: start, to: end)
    if buffer.last.map({ $0 != Self.newline }) ?? true { try write([Self.newline]) }
  }

  private mutating func finish() throws(StorageError) {
    try flush()
    try StorageError.about(path) { () throws(Errno) in try file.synchronize() }
  }

  private func inode() throws(StorageError) -> UInt64 {
    try StorageError.about(path) { () throws(Errno) in try file.status().inode }
  }

  private mutating func flush() throws(StorageError) {
    try StorageError.about(path) { () throws(Errno) in try file.writeAll(buffer) }
    buffer = []
  }
}
