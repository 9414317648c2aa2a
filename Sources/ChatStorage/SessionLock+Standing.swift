public import JSONLines
internal import LinuxSystem
public import SystemPackage

extension SessionLock {
  /// How the lock of a session looks from outside.
  public enum Standing: Equatable, Sendable {
    case free
    case held(LockHolder)
    /// What a handler left that is dead.
    case stale(LockHolder)
  }

  /// Looks who holds a session; touches no lock.
  ///
  /// Where the file names nobody alive, whoever has it open holds it; to find that one, all of
  /// `/proc` is read.
  public static func standing(_ directory: FilePath) throws(StorageError) -> Standing {
    if let holder = try holder(directory) { return .held(holder) }
    guard let file = try RegularFile.openForReading(directory.appending(ChatFile.handler)) else {
      return .free
    }
    let named = LockHolder.read(file)
    guard let opener = try openers(directory).min() else { return .stale(named) }
    return .held(LockHolder(pid: opener, startedAt: named.startedAt, kind: named.kind))
  }
}

/// The file by which the holder of a session is asked to let go of it.
///
/// The terminal and the chat program of the existing wg look for it between two turns; handlers that
/// are programs of their own do not.
public struct ReleaseMarker: Sendable {
  public let path: FilePath

  /// - Parameter directory: the session's folder.
  public init(directory: FilePath) { path = directory.appending(ChatFile.releaseMarker) }

  public func stands() throws(StorageError) -> Bool { try FileStatus.about(path) != nil }

  /// Puts it there, with the time.
  public func write() throws(StorageError) {
    try StorageError.about(path) { () throws(Errno) in
      try AtomicFile.replace(
        path, with: Array((Timestamp.rfc3339(Clock.wall) + "\n").utf8), durability: .atomic)
    }
  }

  /// False when it was not there.
  @discardableResult
  public func remove() throws(StorageError) -> Bool {
    try StorageError.about(path) { () throws(Errno) in try AtomicFile.remove(path) }
  }
}
