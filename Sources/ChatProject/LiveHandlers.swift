internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The processes that hold the session locks of chats.
struct LiveHandlers {
  private(set) var pids: [ChatID: [Int32]] = [:]
  /// Why it cannot be known who holds a lock.
  private(set) var failures: [PurgeReport.Failure] = []

  /// Looks at every session's lock.
  ///
  /// What dead handlers left is removed on the way, unless `leavesFiles`.
  static func find(_ sessions: [ChatID: SessionID], _ layout: ProjectLayout, leavesFiles: Bool)
    -> Self
  {
    var found = LiveHandlers()
    for (chat, session) in sessions {
      let directory = layout.chatDirectory(session)
      do throws(StorageError) {
        let holders = try holders(of: directory, leavesFiles: leavesFiles)
        if !holders.isEmpty { found.pids[chat] = holders }
      } catch {
        found.failures.append(.init(chat: chat, reason: "\(error)"))
      }
    }
    return found
  }

  /// Whom the file names, and where that is nobody alive but the file is locked, whoever has it
  /// open: the handler's number may not have been written, or its descendants hold what it left.
  private static func holders(
    of directory: FilePath, leavesFiles: Bool
  ) throws(StorageError) -> [Int32] {
    let named = try SessionLock.holder(directory)?.pid
    if let named { return named == CurrentProcess.pid ? [] : [named] }
    if leavesFiles { return [] }
    if try SessionLock.removeStale(directory) { return [] }
    return try SessionLock.openers(directory)
  }
}
