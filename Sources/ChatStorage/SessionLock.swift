internal import Glibc
public import JSONLines
public import LinuxSystem
public import SystemPackage

/// The right to be the one handler of a session: a `flock(2)` on its `.handler.pid`.
///
/// The kernel keeps the lock for whoever has a copy of the descriptor, and only as long: a child that
/// inherits it holds the session exactly as long as it lives. The existing program knows nothing of
/// that; it goes by the pid in the file. So both count: the lock, and a living process named there.
public final class SessionLock {
  /// How trying to get the lock ended.
  public enum Attempt {
    case acquired(SessionLock)
    case held(LockHolder)
  }

  /// What the existing program calls a handler that is a program of its own.
  public static let adapterKind = "adapter"
  /// Of this program itself: while it starts a handler, or brings folders together.
  public static let ownKind = "wg"

  /// The session's folder.
  public let directory: FilePath
  private var lock: FileLock?
  private var path: FilePath { Self.file(in: directory) }

  private init(_ lock: FileLock, _ directory: FilePath) {
    self.lock = lock
    self.directory = directory
  }

  /// The locked descriptor, to be inherited by the handler; nil after `close()`.
  ///
  /// Owned by this object. Close-on-exec, as every descriptor: whoever spawns clears that.
  public var descriptor: Descriptor? { lock?.descriptor }

  /// Takes the lock if it is free, and names this process in the file until `publish`, as no handler.
  ///
  /// Does not wait. A symbolic link or anything else that is no regular file is refused.
  public static func tryAcquire(_ directory: FilePath) throws(StorageError) -> Attempt {
    try RealFolder.check(directory)
    let path = directory.appending(ChatFile.handler)
    for _ in 0..<retryLimit {
      guard let (file, isNew) = try openOrCreate(path) else { continue }
      guard let lock = try flock(file, path) else { return .held(LockHolder.read(file)) }
      guard try isStill(file, at: path) else { continue }
      let session = SessionLock(lock, directory)
      if !isNew {
        if let holder = try foreignHolder(file, path) { return .held(holder) }
        guard try isOnly(file, path) else {
          try session.discard()
          continue
        }
      }
      try session.publish(pid: getpid(), kind: ownKind)
      return .acquired(session)
    }
    throw StorageError(
      file: path, kind: .locked, reason: "it is replaced again and again; try again")
  }

  /// Puts a process into the file as the holder, as of now.
  ///
  /// Readers may see the lines half written for an instant; the lock itself is not affected.
  public func publish(pid: Int32, kind: String = adapterKind) throws(StorageError) {
    guard let descriptor, !kind.contains("\n") else {
      throw StorageError(
        file: path, kind: .input, reason: "the lock was let go of, or its kind has two lines")
    }
    let holder = LockHolder(pid: pid, startedAt: Timestamp.rfc3339(Clock.wall), kind: kind)
    let bytes = Array(holder.text.utf8)
    try StorageError.about(path) { () throws(Errno) in
      let written = try systemCall {
        bytes.withUnsafeBytes { pwrite(descriptor.rawValue, $0.baseAddress, $0.count, 0) }
      }
      guard written == bytes.count else { throw .noSpace }
      try descriptor.truncate(to: Int64(bytes.count))
    }
  }

  /// Lets go of this process's copy.
  ///
  /// A child that inherited the descriptor keeps the lock.
  public func close() { lock = nil }

  /// Removes the file, which nobody but this process holds, and lets go of it.
  public func discard() throws(StorageError) {
    defer { close() }
    try StorageError.about(path) { () throws(Errno) in _ = try AtomicFile.remove(path) }
  }

  /// How often a file that was replaced between opening and locking is tried again.
  private static let retryLimit = 16
}

// MARK: - Looking from outside

extension SessionLock {
  /// The lock file of a session's folder, whether it is there or not.
  public static func file(in directory: FilePath) -> FilePath {
    directory.appending(ChatFile.handler)
  }

  /// Who holds the session according to the file, if that process lives; touches no lock.
  public static func holder(_ directory: FilePath) throws(StorageError) -> LockHolder? {
    guard let file = try openForReading(directory) else { return nil }
    let holder = LockHolder.read(file)
    return holder.pid == getpid() || holder.isLiveForeigner ? holder : nil
  }

  /// Whom the file names, if that process is dead; touches no lock.
  public static func deadHolder(_ directory: FilePath) throws(StorageError) -> LockHolder? {
    guard let file = try openForReading(directory) else { return nil }
    let holder = LockHolder.read(file)
    return holder.pid == getpid() || holder.pid == 0 || holder.isLiveForeigner ? nil : holder
  }

  /// Removes the file of a holder that is dead; false when there is none, or it is not dead.
  ///
  /// The file is locked first, and must still be the one at its path then: nobody's fresh lock can be
  /// taken away.
  @discardableResult
  public static func removeStale(_ directory: FilePath) throws(StorageError) -> Bool {
    guard let stale = try lockStale(directory) else { return false }
    try stale.discard()
    return true
  }

  /// Takes over the file of a holder that is dead, and names this process in it as `tryAcquire` does;
  /// nil when there is none, or it is not dead.
  ///
  /// Whoever has a copy of the lock has the right to write, so a file whose lock is free is as good as
  /// a new one, and costs less.
  public static func takeStale(_ directory: FilePath) throws(StorageError) -> SessionLock? {
    try RealFolder.check(directory)
    guard let stale = try lockStale(directory) else { return nil }
    do {
      if let file = stale.descriptor, try isOnly(file, stale.path) {
        try stale.publish(pid: getpid(), kind: ownKind)
        return stale
      }
    } catch {
      // It must not go on naming the dead one.
    }
    try stale.discard()
    return nil
  }

  private static func lockStale(_ directory: FilePath) throws(StorageError) -> SessionLock? {
    let path = directory.appending(ChatFile.handler)
    guard let file = try RegularFile.openForUpdating(path),
      let lock = try flock(file, path), try isStill(file, at: path),
      try foreignHolder(file, path) == nil
    else { return nil }
    return SessionLock(lock, directory)
  }

  /// The processes that have a copy of the lock, this one left out; who only reads the file has none.
  ///
  /// Reads all of `/proc`, `proc_pid_fdinfo(5)` among it.
  ///
  /// For the rare case that the file is locked but names a process that is dead: a dispatcher that was
  /// killed after it spawned the handler and before it wrote the handler's pid.
  public static func openers(_ directory: FilePath) throws(StorageError) -> [Int32] {
    try LockOpeners.of(file(in: directory))
  }
}

// MARK: - Steps

extension SessionLock {
  /// Of any size: a handler must not hide itself by making the file that names it larger.
  static func openForReading(_ directory: FilePath) throws(StorageError) -> Descriptor? {
    try RegularFile.openForReading(directory.appending(ChatFile.handler), limit: .max)
  }

  private static func openOrCreate(
    _ path: FilePath
  ) throws(StorageError) -> (file: Descriptor, isNew: Bool)? {
    // Not for other users, who could lock it.
    if let file = try RegularFile.create(path, mode: 0o640) { return (file, true) }
    return try RegularFile.openForUpdating(path).map { ($0, false) }
  }

  private static func flock(_ file: Descriptor, _ path: FilePath) throws(StorageError) -> FileLock?
  {
    try StorageError.about(path) { () throws(Errno) in try FileLock.tryAcquire(file) }
  }

  /// Whether the file is still what its path leads to: another may have removed it before the lock.
  private static func isStill(_ file: Descriptor, at path: FilePath) throws(StorageError) -> Bool {
    try StorageError.about(path) { () throws(Errno) in
      let (own, there) = (try file.status(), try FileStatus.of(path))
      return own.inode == there?.inode && own.device == there?.device
    }
  }

  /// Whether no other name leads to the file.
  ///
  /// A handler can give this name to any file that it may link, and what is written here must not end up
  /// in that.
  private static func isOnly(_ file: Descriptor, _ path: FilePath) throws(StorageError) -> Bool {
    try StorageError.about(path) { () throws(Errno) in try file.status().links == 1 }
  }

  /// Whom the file names, if that is a living process other than this one.
  ///
  /// The existing program writes its lines an instant after it made the file: a young empty file
  /// belongs to somebody.
  private static func foreignHolder(
    _ file: Descriptor, _ path: FilePath
  ) throws(StorageError) -> LockHolder? {
    let status = try StorageError.about(path) { () throws(Errno) in try file.status() }
    if status.size == 0 {
      return isYoung(status) ? LockHolder.unknown : nil
    }
    let holder = LockHolder.read(file)
    return holder.isLiveForeigner ? holder : nil
  }

  /// A file may have any time; one so long ago that its age cannot be told is not young.
  private static func isYoung(_ file: FileStatus) -> Bool {
    let (age, overflow) = Clock.wall.subtractingReportingOverflow(file.modified)
    return !overflow && age < youngFileAge
  }

  /// Nanoseconds.
  private static let youngFileAge: Int64 = 2_000_000_000
}
