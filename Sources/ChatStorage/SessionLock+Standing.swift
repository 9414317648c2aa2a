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
  /// Where the file names nobody alive, whoever has a copy of its lock holds it; to find that one,
  /// all of `/proc` is read.
  public static func standing(_ directory: FilePath) throws(StorageError) -> Standing {
    if let holder = try holder(directory) { return .held(holder) }
    guard let file = try openForReading(directory) else { return .free }
    let named = LockHolder.read(file)
    guard let opener = try openers(directory).min() else { return .stale(named) }
    // Somebody may have taken it, and put its own name there, during the search.
    if let holder = try holder(directory) { return .held(holder) }
    return .held(heir(of: named, pid: opener))
  }

  /// Of a dispatcher that died before it named the handler, the handler has the lock.
  private static func heir(of named: LockHolder, pid: Int32) -> LockHolder {
    LockHolder(
      pid: pid, startedAt: named.startedAt,
      kind: named.kind == ownKind ? adapterKind : named.kind)
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
