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
  /// their own do not know it, and end at SIGTERM. Nobody is killed.
  /// - Throws: `notPermitted` for somebody else's process, `locked` for a holder without a number.
  public func run(until deadline: Deadline) throws(StorageError) -> Outcome {
    guard case .held(let holder) = try SessionLock.standing(directory) else { return .free }
    guard let process = try open(holder) else { return .released(holder) }
    let marker = ReleaseMarker(directory: directory)
    try marker.write()
    defer { _ = try? marker.remove() }
    if holder.kind == SessionLock.adapterKind { try terminate(process) }
    while true {
      if try !isHeld(by: holder) { return .released(holder) }
      if deadline.hasCome { return .stillHeld(holder) }
      // The end of the process is told; that a living one lets go is not.
      try StorageError.about(directory) { () throws(Errno) in
        _ = try process.descriptor.wait(for: .readable, until: .after(nanoseconds: 20_000_000))
      }
    }
  }

  /// The holder's process; nil when it has gone meanwhile.
  private func open(_ holder: LockHolder) throws(StorageError) -> ProcessDescriptor? {
    guard holder.pid > 0 else {
      throw StorageError(
        file: directory, kind: .locked, reason: "somebody has just taken it; try again")
    }
    guard let process = try? ProcessDescriptor.open(holder.pid) else { return nil }
    // The number may have come to mean another process before it was opened.
    guard try isHeld(by: holder) else { return nil }
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

  private func isHeld(by holder: LockHolder) throws(StorageError) -> Bool {
    guard case .held(let now) = try SessionLock.standing(directory) else { return false }
    return now.pid == holder.pid
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
