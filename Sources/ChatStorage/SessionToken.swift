public import JSONLines
internal import LinuxSystem
public import SystemPackage

/// A run's right to write into its session: the lock file that it has open.
///
/// Another run of the chat begins with the lock of the file at that path. As long as this one lives its
/// own file is locked, so the other's is another file. Whoever was stopped, taken for dead and replaced
/// finds, when it goes on, that its file is not the session's any more, and writes nothing.
public struct SessionToken: Equatable, Sendable {
  /// The session's folder.
  public let directory: FilePath
  private let file: OpenFiles.Identity

  /// Of the process that inherited the session's lock under this number; nil when what it has there
  /// is no file.
  ///
  /// The descriptor stays open as long as the process lives: so the file's identity is not given to
  /// another one. Not owned.
  public init?(inherited number: Int32, in directory: FilePath) {
    guard let status = try? FileStatus.ofDescriptor(number), status.kind == .regular else {
      return nil
    }
    self.directory = directory
    file = OpenFiles.Identity(status)
  }

  /// Runs `body` while no other run of the chat can begin, and only if none has begun.
  ///
  /// Waits for the outbox's lock. Throws `replaced` when another run has this one's place.
  func whileValid<Result>(
    _ body: () throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    let lock = try StorageLock.acquire(Self.lock(in: directory))
    defer { withExtendedLifetime(lock) {} }
    try check()
    return try body()
  }

  /// Throws `replaced` when another run has this one's place.
  ///
  /// The answer lasts only with the outbox's lock in hand, which every new run waits for.
  public func check() throws(StorageError) {
    let path = SessionLock.file(in: directory)
    let present = try StorageError.about(path) { () throws(Errno) in try FileStatus.of(path) }
    guard present.map(OpenFiles.Identity.init) == file else {
      throw StorageError(
        file: path, kind: .replaced,
        reason: "it is not the lock that this run holds; another run has taken its place")
    }
  }

  /// Waits until no earlier run is about to write; from then on none will.
  ///
  /// To be called by whoever holds the session's lock, before a new run begins. Throws `locked`, with who
  /// it is, when somebody keeps the outbox locked for longer: a writer that was stopped, for instance.
  public static func revokeEarlier(
    in directory: FilePath, patience: Patience
  ) throws(StorageError) {
    let path = lock(in: directory)
    do throws(StorageError) {
      _ = try StorageLock.acquire(path, patience)
    } catch {
      guard error.kind == .locked, let writer = try LockOpeners.of(path).min() else { throw error }
      throw StorageError(
        file: path, kind: .locked,
        reason: "process \(writer) keeps it locked; end it, or let it go on if it is stopped")
    }
  }

  private static func lock(in directory: FilePath) -> FilePath {
    ChatFile.lock(directory.appending(MessageLog.Box.outbox.rawValue))
  }
}

extension SessionToken? {
  /// The same for who may have no token, and needs none then.
  public func permitting<Result>(
    _ body: () throws(StorageError) -> Result
  ) throws(StorageError) -> Result {
    guard let self else { return try body() }
    return try self.whileValid(body)
  }
}
