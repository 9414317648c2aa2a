internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Makes one conversation of two folders, in steps of which each may be the last one.
///
/// 1. The session's outbox gets the answers of both: an answer without its question changes nothing.
/// 2. Its inbox gets the messages of both, what waits after what was dealt with. Beforehand it is
///    written down where the cursor belongs then.
/// 3. The cursor goes there. Until then nothing that waits is hidden by it.
/// 4. Other files that the session lacks are copied.
/// 5. The folder is put away inside the session's.
///
/// A message that is in the session's file already is not taken again, so that the steps can be
/// repeated. What the old folder holds is never changed.
struct FolderMerge {
  let source: FilePath
  let target: FilePath
  /// What the old folder is called.
  let name: String
  let patience: Patience
  /// Is told what will be done next; what it throws is a crash at that moment.
  var interruption: (Step) throws(StorageError) -> Void = { (_) throws(StorageError) in }

  enum Step: CaseIterable {
    case answers, questions, inboxRename, cursors, otherFiles, putAway
  }

  func run() throws(StorageError) {
    let own = try keepHandlersOut(of: target)
    defer { Self.release(own) }
    let other = try keepHandlersOut(of: source)
    defer { Self.release(other) }
    let locks = try lockBoxes()
    defer { withExtendedLifetime(locks) {} }
    try mergeMessages()
    try interruption(.otherFiles)
    try copyOtherFiles()
    try interruption(.putAway)
    try putAway()
  }

  private func keepHandlersOut(of folder: FilePath) throws(StorageError) -> SessionLock {
    switch try SessionLock.tryAcquire(folder) {
    case .acquired(let lock): return lock
    case .held(let holder):
      throw StorageError(
        file: folder, kind: .locked,
        reason: "its messages cannot be brought together while process \(holder.pid) holds it")
    }
  }

  /// The file goes too, as it names this process, which is no handler.
  private static func release(_ lock: SessionLock) {
    lock.close()
    _ = try? SessionLock.removeStale(lock.directory)
  }

  /// The outbox's first, as whoever moves the cursor takes them.
  private func lockBoxes() throws(StorageError) -> [FileLock] {
    var locks: [FileLock] = []
    for folder in [source, target] {
      for box in [MessageLog.Box.outbox, .inbox] {
        let path = ChatFile.lock(folder.appending(box.rawValue))
        locks.append(try StorageLock.acquire(path, patience))
      }
    }
    return locks
  }

  private func mergeMessages() throws(StorageError) {
    try finishEarlierAttempt()
    let old = try MergeSource(target)
    if old.hasForeignCursor { try remove(target.appending(ChatFile.cursor)) }
    let new = try MergeSource(source, suffix: "-\(name)")
    let answers = try MergedBox.answers(old, new)
    try interruption(.answers)
    try answers.write(to: target)
    let questions = try MergedBox.questions(old, new, answered: answers.requestIDs)
    try interruption(.questions)
    try questions.write(to: target) { (inode) throws(StorageError) in
      try MergeIntention(cursor: questions.bound, inode: inode).write(to: intention)
      try interruption(.inboxRename)
    }
    try interruption(.cursors)
    try writeCursors(questions.bound)
    try remove(intention)
  }

  /// One that replaced the inbox has left where the cursor belongs; others have changed nothing.
  ///
  /// Since then a handler may have come further.
  private func finishEarlierAttempt() throws(StorageError) {
    guard let earlier = try MergeIntention.read(intention) else { return }
    let inbox = try FileStatus.about(target.appending(MessageLog.Box.inbox.rawValue))
    if inbox?.inode == earlier.inode {
      try writeCursors(max(earlier.cursor, Cursor.read(target).value))
    }
    try remove(intention)
  }

  private func remove(_ path: FilePath) throws(StorageError) {
    _ = try StorageError.about(path) { () throws(Errno) in try AtomicFile.remove(path) }
  }

  private var intention: FilePath { target.appending(ChatFile.mergeIntention) }

  /// The cursors of our handlers and of those of the existing program, where they have one.
  private func writeCursors(_ bound: UInt64) throws(StorageError) {
    for cursor in [ChatFile.cursor, ChatFile.nexCursor] {
      let path = target.appending(cursor)
      let own = try FileStatus.about(path)
      let other = try FileStatus.about(source.appending(cursor))
      if own == nil && other == nil { continue }
      try StorageError.about(path) { () throws(Errno) in
        try AtomicFile.replace(path, with: Array("\(bound)\n".utf8))
      }
    }
  }
}

// MARK: - The rest of the folder

extension FolderMerge {
  /// What belongs to the place or the moment, and what was merged.
  private static let own: Set<String> = [
    ChatFile.cursor, ChatFile.nexCursor, ChatFile.handler, ChatFile.positions,
    ChatFile.mergeIntention, ChatFile.releaseMarker, ChatFile.streaming, ChatFile.serving,
    ".tui-driven",
    MessageLog.Box.inbox.rawValue, MessageLog.Box.outbox.rawValue,
  ]

  private func copyOtherFiles() throws(StorageError) {
    for name in try names(in: source) where !Self.own.contains(name) && !name.hasSuffix(".lock") {
      let (path, copy) = (source.appending(name), target.appending(name))
      guard let status = try FileStatus.about(path), status.kind == .regular,
        try FileStatus.about(copy) == nil, let file = try RegularFile.openForReading(path)
      else { continue }
      try MergedFile.write(to: copy, like: file) { (writer) throws(StorageError) in
        try writer.copy(file, from: 0, to: status.size)
      }
    }
  }

  /// Into the session's folder, under its own name, with a number where that is taken.
  private func putAway() throws(StorageError) {
    let folder = target.appending(ChatFile.mergedFolder)
    try DurableFolder.make(folder)
    let taken = Set(try names(in: folder))
    let free = (1...).lazy.map { $0 == 1 ? name : "\(name).\($0)" }.first { !taken.contains($0) }
    let place = folder.appending(free ?? name)
    try StorageError.about(source) { () throws(Errno) in
      try AtomicFile.rename(source, to: place)
      try AtomicFile.remove(place.appending(ChatFile.handler))
      try AtomicFile.synchronizeDirectory(folder)
      try AtomicFile.synchronizeDirectory(source.removingLastComponent())
    }
  }

  private func names(in folder: FilePath) throws(StorageError) -> [String] {
    try StorageError.about(folder) { () throws(Errno) in try Directory.names(in: folder) }
  }
}
