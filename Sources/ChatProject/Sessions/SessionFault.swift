public import ChatStorage
public import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Something about the sessions that is not as it should be, and can be put right without a loss.
///
/// An archived session, and the folder of archived ones, are as they should be.
public enum SessionFault: Equatable, Sendable {
  /// A part of a conversation is beside it.
  case scattered(ChatCatalog.Stray)
  /// Registered and not archived, but without a folder.
  case withoutFolder(SessionID)
  /// A folder without an entry in the registry.
  case unregistered(SessionID)
  /// A lock file of a handler that is dead.
  case staleLock(SessionID, pid: Int32)
  /// Somebody was asked to let go who is not there any more.
  case staleMarker(SessionID)
}

extension ChatCatalog {
  /// What is wrong with the sessions; writes nothing.
  public func sessionFaults() throws(StorageError) -> [SessionFault] {
    let all = try sessions.load()
    let strays = try strays()
    var faults = strays.map { SessionFault.scattered($0) }
    // With its conversation elsewhere a rival needs nothing more.
    let rivals = Set(strays.compactMap(\.rival))
    let entries = all.entries.filter { !rivals.contains($0.id) }
    faults += entries.filter(isWithoutFolder).map { .withoutFolder($0.id) }
    faults += unregistered(all).map { .unregistered($0) }
    for entry in entries { faults += try lockFaults(of: entry.id) }
    return faults
  }

  /// Puts one right; doing it again, or when it is right already, changes nothing.
  ///
  /// Hold the dispatcher's lock.
  /// - Throws: `locked` while a handler is in the way.
  public func repair(_ fault: SessionFault) throws(StorageError) {
    switch fault {
    case .scattered(let stray): try gather(stray)
    case .withoutFolder(let session): try sessions.makeFolder(session)
    case .unregistered(let session): try sessions.adopt(session)
    case .staleLock(let session, _): try removeLock(layout.chatDirectory(session))
    case .staleMarker(let session):
      try ReleaseMarker(directory: layout.chatDirectory(session)).remove()
    }
  }

  private func removeLock(_ directory: FilePath) throws(StorageError) {
    let file = SessionLock.file(in: directory)
    if try SessionLock.removeStale(directory) || (try? FileStatus.of(file)) == nil { return }
    throw StorageError(file: file, kind: .locked, reason: "somebody has just taken it; try again")
  }

  private func isWithoutFolder(_ entry: Sessions.Entry) -> Bool {
    entry.archivedAt == nil && !isFolder(layout.chatDirectory(entry.id))
      && !isFolder(layout.archivedChatDirectory(entry.id))
  }

  private func isFolder(_ path: FilePath) -> Bool {
    (try? FileStatus.of(path))?.kind == .directory
  }

  private func unregistered(_ all: Sessions) -> [SessionID] {
    let known = Set(all.entries.map(\.id))
    let names = (try? Directory.names(in: layout.chatFolder)) ?? []
    return names.sorted().compactMap(SessionID.init).filter {
      !known.contains($0) && isFolder(layout.chatDirectory($0))
    }
  }

  private func lockFaults(of session: SessionID) throws(StorageError) -> [SessionFault] {
    let directory = layout.chatDirectory(session)
    let standing = try SessionLock.standing(directory)
    if case .held = standing { return [] }
    var faults: [SessionFault] = []
    if case .stale(let holder) = standing { faults.append(.staleLock(session, pid: holder.pid)) }
    if try ReleaseMarker(directory: directory).stands() { faults.append(.staleMarker(session)) }
    return faults
  }
}
