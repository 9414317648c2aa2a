public import ChatStorage
public import JSONLines
public import LinuxSystem
public import SystemPackage

/// Asking whoever holds a session to let go of it, and proving that it did.
public struct SessionRelease {
  public enum Outcome: Equatable, Sendable {
    /// Nobody held it.
    case free
    case released(LockHolder)
    case stillHeld(LockHolder)
  }

  /// The session's folder.
  public let directory: FilePath
  /// Whose processes may be signalled; nil for everybody's that this program may signal.
  public let user: UInt32?

  public init(directory: FilePath, user: UInt32?) {
    self.directory = directory
    self.user = user
  }

  /// Asks, and waits until the session is free or the time is over.
  ///
  /// Programs that know the marker let go at the end of their turn. Handlers that are programs of
  /// their own do not know it, and end at SIGTERM. Nobody is killed. What was asked is taken back
  /// when the time is over; where none was given, and where somebody else asked, it stands.
  /// - Throws: `notPermitted` for somebody else's process, `locked` for a holder without a number and
  ///   for this program itself, which starts a handler or brings folders together.
  public func run(until deadline: Deadline) throws(StorageError) -> Outcome {
    guard case .held(let holder) = try SessionLock.standing(directory) else { return .free }
    guard let process = try open(holder) else { return .released(holder) }
    let marker = ReleaseMarker(directory: directory)
    var stands = try marker.stands()
    if !stands { try marker.write() }
    defer { if !stands { _ = try? marker.remove() } }
    let isHandler = holder.kind == SessionLock.adapterKind
    if isHandler { try terminate(process) }
    while let present = try present(holder) {
      if deadline.hasCome {
        if deadline == .now && !isHandler { stands = true }
        return .stillHeld(present)
      }
      try pause(process)
    }
    stands = false
    return .released(holder)
  }

  /// The end of a process is told; that a living one lets go is not, nor what a dead one left.
  private func pause(_ process: ProcessDescriptor) throws(StorageError) {
    try StorageError.about(directory) { () throws(Errno) in
      _ = try Descriptor.wait(
        forAny: process.isAlive ? [(process.descriptor, .readable)] : [],
        until: .after(nanoseconds: 20_000_000))
    }
  }

  /// The holder's process; nil when it has gone meanwhile.
  private func open(_ holder: LockHolder) throws(StorageError) -> ProcessDescriptor? {
    guard holder.pid > 0, holder.kind != SessionLock.ownKind else {
      throw StorageError(
        file: directory, kind: .locked, reason: "somebody has just taken it; try again")
    }
    guard let process = try? ProcessDescriptor.open(holder.pid) else { return nil }
    // The number may have come to mean another process before it was opened.
    guard try present(holder)?.pid == holder.pid else { return nil }
    if let user, ProcessTable.user(of: holder.pid) != user {
      throw StorageError(
        file: directory, kind: .notPermitted,
        reason: "process \(holder.pid), which holds it, is another user's")
    }
    return process
  }

  private func terminate(_ process: ProcessDescriptor) throws(StorageError) {
    do throws(Errno) {
      try process.signal(.terminate)
    } catch {
      if error != .noSuchProcess { throw StorageError(error, directory) }
    }
  }

  /// Who holds it now, if that is the holder or one of its processes with a copy of the same lock.
  private func present(_ holder: LockHolder) throws(StorageError) -> LockHolder? {
    guard case .held(let now) = try SessionLock.standing(directory) else { return nil }
    return now.pid == holder.pid || now.startedAt == holder.startedAt ? now : nil
  }
}

extension Deadline {
  fileprivate var hasCome: Bool {
    switch self {
    case .now: true
    case .never: false
    case .at(let instant): instant <= Clock.monotonic
    }
  }
}

extension ChatCatalog {
  /// The release of a session of this project.
  public func release(_ session: SessionID) -> SessionRelease {
    SessionRelease(directory: layout.chatDirectory(session), user: userToEnd)
  }
}
