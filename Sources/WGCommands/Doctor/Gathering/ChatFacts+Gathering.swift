internal import ChatProject
internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

extension ChatFacts {
  /// The facts, and which chats may get handlers.
  static func gather(
    _ layout: ProjectLayout, _ survey: FileSurvey
  ) -> (facts: ChatFacts, live: [ChatID]) {
    var facts = ChatFacts()
    var problems: [Problem] = []
    let catalog = ChatCatalog(layout: layout, report: { problems.append($0) })
    var live: [ChatID] = []
    do throws(StorageError) {
      let snapshot = try catalog.snapshot()
      live = snapshot.chats.filter { !$0.isArchived }.map(\.id)
      facts.readSnapshot(snapshot)
      facts.unfinished = try catalog.unfinishedPurges(in: snapshot).map(\.taskID)
      facts.stale = try catalog.staleStateFiles().map(\.taskID)
      facts.findHolders(snapshot, layout)
      facts.findLetters(snapshot, layout, survey)
    } catch {
      facts.failure = "\(error)"
    }
    facts.unreadableRecords = problems.map(\.file).filter {
      $0.removingLastComponent() == layout.chatStates
    }.compactMap { $0.lastComponent?.string }
    return (facts, live)
  }

  private mutating func readSnapshot(_ snapshot: CatalogSnapshot) {
    parked = snapshot.chats.filter { $0.record.parkedAt != nil && !$0.isArchived }.map(\.id.taskID)
    let tombstones = snapshot.chats.compactMap(\.tombstone) + snapshot.orphanedTombstones.values
    unreadableTombstones = tombstones.filter { !$0.isIntact }.map(\.chatID).sorted().map(\.taskID)
  }

  private mutating func findLetters(
    _ snapshot: CatalogSnapshot, _ layout: ProjectLayout, _ survey: FileSurvey
  ) {
    let folders = survey.entries.filter {
      $0.path.lastComponent?.string == "dead-letters.jsonl" && $0.status.size > 0
    }.map { $0.path.removingLastComponent() }
    let known = Set(folders)
    deadLetters = snapshot.chats.filter { chat in
      chat.session.map { known.contains(layout.chatDirectory($0)) } ?? false
    }.map(\.id.taskID)
  }
}

// MARK: - Session locks

extension ChatFacts {
  /// A lock file whose process is gone, perhaps with somebody who inherited the lock.
  private struct Orphan {
    let chat: String
    let isArchived: Bool
    let file: OpenFiles.Identity
  }

  /// Reads who is named, and touches no lock.
  private mutating func findHolders(
    _ snapshot: CatalogSnapshot, _ layout: ProjectLayout
  ) {
    let live = snapshot.chats.map { ($0.id, $0.session, $0.isArchived) }
    let orphaned = snapshot.orphanedSessions.map { ($0.key, Optional($0.value), true) }
    var orphans: [Orphan] = []
    for (chat, session, isArchived) in live + orphaned.sorted(by: { $0.0 < $1.0 }) {
      guard let directory = session.map(layout.chatDirectory) else { continue }
      if let pid = (try? SessionLock.holder(directory))?.pid {
        holders.append(Holder(chat: chat.taskID, pid: pid, isArchived: isArchived))
      } else if let file = Self.abandonedFile(directory) {
        orphans.append(Orphan(chat: chat.taskID, isArchived: isArchived, file: file))
      }
    }
    settle(orphans)
  }

  private mutating func settle(_ orphans: [Orphan]) {
    let openers = OpenFiles.holders(of: Set(orphans.map(\.file)))
    for orphan in orphans {
      if let pid = openers[orphan.file]?.min() {
        holders.append(Holder(chat: orphan.chat, pid: pid, isArchived: orphan.isArchived))
      } else {
        deadLocks.append(orphan.chat)
      }
    }
  }

  private static func isYoung(_ file: FileStatus) -> Bool {
    let (age, overflow) = Clock.wall.subtractingReportingOverflow(file.modified)
    return !overflow && age <= 2_000_000_000
  }

  /// A file that was written this second may still get its lines.
  private static func abandonedFile(_ directory: FilePath) -> OpenFiles.Identity? {
    let path = SessionLock.file(in: directory)
    guard let status = try? FileStatus.of(path), status.kind == .regular,
      !isYoung(status)
    else { return nil }
    return OpenFiles.Identity(status)
  }
}
