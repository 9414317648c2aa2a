internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The old graph with some rows replaced and some added, written to another file.
struct GraphRewrite {
  let source: Descriptor
  /// What the old graph was when it was read.
  let status: FileStatus
  /// In the order of the file.
  let replacements: [GraphReplacement]
  let additions: [JSONObject]

  private static let newline = UInt8(ascii: "\n")
  private static let chunk = 1 << 20

  /// Writes the new graph and waits until it is on the disk.
  ///
  /// What is left of an earlier attempt of a process with the same number is overwritten: the lock
  /// is ours.
  func write(to path: FilePath) throws(Errno) {
    try AtomicFile.remove(path)
    let file = try Descriptor.open(path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
    try file.takeOwnership(from: source)
    try writeRows(to: file)
    try file.synchronize()
  }

  /// Whether the old graph is still at `path` and is what was read.
  func isCurrent(at path: FilePath) throws(Errno) -> Bool { try FileStatus.of(path) == status }

  private func writeRows(to file: Descriptor) throws(Errno) {
    var position: Int64 = 0
    for replacement in replacements {
      try copy(from: position, to: replacement.offset, into: file)
      position = replacement.offset + Int64(replacement.length)
      if let object = replacement.object {
        try file.writeAll(object.encoded())
      } else {
        position += try lineEnd(at: position)
      }
    }
    try copy(from: position, to: status.size, into: file)
    try file.writeAll(try additionBytes())
  }

  /// How long the line end is that stands here: nothing at the end of the file.
  private func lineEnd(at position: Int64) throws(Errno) -> Int64 {
    let bytes = try source.read(at: position, count: 2)
    if bytes.starts(with: [UInt8(ascii: "\r"), Self.newline]) { return 2 }
    return bytes.first == Self.newline ? 1 : 0
  }

  /// The new rows, with the line end that the last old row may lack.
  private func additionBytes() throws(Errno) -> [UInt8] {
    guard !additions.isEmpty else { return [] }
    let rows = additions.flatMap { $0.encoded() + [Self.newline] }
    return try endsInNewline() ? rows : [Self.newline] + rows
  }

  private func endsInNewline() throws(Errno) -> Bool {
    guard status.size > 0 else { return true }
    return try source.read(at: status.size - 1, count: 1) == [Self.newline]
  }

  /// Stops early where somebody cut the file meanwhile; `isCurrent` is false then.
  private func copy(from start: Int64, to end: Int64, into file: Descriptor) throws(Errno) {
    var position = start
    while position < end {
      let wanted = min(Int64(Self.chunk), end - position)
      let bytes = try source.read(at: position, count: Int(wanted))
      if bytes.isEmpty { return }
      try file.writeAll(bytes)
      position += Int64(bytes.count)
    }
  }
}
