public import LinuxSystem
public import SystemPackage

/// How long somebody waits for a lock that others hold.
public enum Patience: Equatable, Sendable {
  /// As long as it takes: for programs that do one thing and have nothing else to do.
  case unlimited
  /// At most so many nanoseconds: for a loop that others depend on.
  case limited(Int64)
}

/// The locks of the stores.
public enum StorageLock {
  /// Makes the file if needed and waits for the exclusive lock; blocks.
  ///
  /// Throws `locked` when patience ends: whoever holds it may be stopped, or mean harm.
  public static func acquire(
    _ path: FilePath, _ patience: Patience = .unlimited
  ) throws(StorageError) -> FileLock {
    let lock = try StorageError.about(path) { () throws(Errno) in
      switch patience {
      case .unlimited: try FileLock.acquire(path)
      case .limited(let nanoseconds): try FileLock.acquire(path, within: nanoseconds)
      }
    }
    if let lock { return lock }
    throw StorageError(file: path, kind: .locked, reason: "another program holds it; try again")
  }
}
