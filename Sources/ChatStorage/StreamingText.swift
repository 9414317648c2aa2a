internal import Glibc
public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// `.streaming`: the answer that a handler is making, as far as it has come.
///
/// Plain text, the whole of it each time, replaced in one step. It is there only during a turn.
public struct StreamingText: Sendable {
  /// Bytes that the file has at most; of a longer text it has the beginning.
  public static let sizeLimit = 1 << 20

  /// The session's folder.
  public let directory: FilePath

  public init(directory: FilePath) { self.directory = directory }

  public var path: FilePath { directory.appending(ChatFile.streaming) }

  /// A name of its own, and always the same: a chat has one handler, and one that is killed in the
  /// middle of writing leaves a file that the next one uses.
  private var temporary: FilePath { directory.appending(ChatFile.streaming + ".tmp") }

  /// Replaces the text; nothing waits for the disk.
  public func write(_ text: String) throws(StorageError) {
    let bytes = BoundedText.prefix(of: text, bytes: Self.sizeLimit)
    try StorageError.about(path) { () throws(Errno) in
      let file = try Descriptor.open(
        temporary, flags: O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, mode: 0o644)
      try file.writeAll(bytes)
      try AtomicFile.rename(temporary, to: path)
    }
  }

  /// The text; nil when no answer is being made.
  public func read() throws(StorageError) -> String? {
    guard let file = try RegularFile.openForReading(path) else { return nil }
    let bytes = try StorageError.about(path) { () throws(Errno) in
      try file.read(at: 0, count: Self.sizeLimit)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Takes the text away; no answer is being made, or it is in the outbox.
  public func remove() {
    _ = try? AtomicFile.remove(path)
    _ = try? AtomicFile.remove(temporary)
  }
}
