internal import ChatStorage
public import JSONLines
internal import LinuxSystem
internal import SystemPackage
public import TaskGraph

/// Purging without a dispatcher: what it would do, done by the program that was asked.
///
/// The order makes every step safe to be the last one: tombstones first, so that nothing starts
/// again; then the handlers; then the graph and the state files, which only say what is so already.
public struct OfflinePurge {
  private let catalog: ChatCatalog
  private let options: PurgeOptions
  private let change: GraphChange

  public init(_ catalog: ChatCatalog, options: PurgeOptions, by change: GraphChange) {
    self.catalog = catalog
    self.options = options
    self.change = change
  }

  /// Purges, and blocks until every handler is gone or cannot be ended.
  ///
  /// Holds the dispatcher's lock meanwhile, so that no dispatcher starts. What fails for one chat
  /// is in the report and keeps none of the others.
  /// - Throws: `locked` when a dispatcher runs; what keeps any chat from being purged at all.
  public func run() throws(StorageError) -> PurgeReport {
    // One descriptor for each process of each handler.
    _ = try? DescriptorLimit.raise()
    let lock = try lockOutDispatcher()
    defer { withExtendedLifetime(lock) {} }
    let snapshot = try catalog.snapshot()
    let handlers = LiveHandlers.find(
      snapshot.sessions.filter { options.means($0.key) }, catalog.layout,
      leavesFiles: options.isDryRun)
    let plan = PurgePlan(snapshot, options: options, handlers: handlers)
    var report = PurgeReport(isDispatcherRunning: false, isDryRun: options.isDryRun)
    report.skipped = plan.skipped
    report.errors = handlers.failures
    if options.isDryRun {
      report.purged = plan.targets.map { purged($0, nil, .none) }
    } else {
      try purge(plan.targets, into: &report)
    }
    return report
  }

  private func lockOutDispatcher() throws(StorageError) -> FileLock {
    let path = catalog.layout.dispatcherLock
    let held = try StorageError.about(path) { () throws(Errno) in
      try Directory.createDurably(catalog.layout.service)
      return try FileLock.acquire(path, within: 500_000_000)
    }
    if let held { return held }
    throw StorageError(
      file: path, kind: .locked, reason: "a dispatcher is running; ask it to purge the chats")
  }

  private func purge(
    _ targets: [PurgePlan.Target], into report: inout PurgeReport
  ) throws(StorageError) {
    try writeTombstones(targets)
    report.attempt { () throws(StorageError) in
      try catalog.retireStale(by: author, at: change.time)
    }
    let fates = end(targets)
    for target in targets {
      let standing = try catalog.tombstones.tombstone(for: target.chat)
      report.purged.append(purged(target, standing, fates[target.chat] ?? .none))
    }
    finish(targets, into: &report)
  }

  private func writeTombstones(_ targets: [PurgePlan.Target]) throws(StorageError) {
    let time = Timestamp.rfc3339(change.time)
    try catalog.tombstones.write(
      targets.map {
        Tombstone(
          chatID: $0.chat, taskID: $0.taskID, session: $0.session, reason: options.reason,
          by: author,
          purgedAt: time)
      })
  }

  private var author: Tombstone.Author {
    .init(uid: CurrentProcess.user, pid: CurrentProcess.pid, command: options.command)
  }

  /// Ends the handlers, then whoever still has the lock open that they held.
  private func end(_ targets: [PurgePlan.Target]) -> [ChatID: HandlerFate] {
    let termination = HandlerTermination(grace: options.grace, user: catalog.userToEnd)
    let leaders = targets.filter { !$0.pids.isEmpty }.map { ($0.chat, $0.pids) }
    let fates = termination.end(Dictionary(leaders) { $0 + $1 })
    let ended = targets.filter { fates[$0.chat].map { $0.survivors.isEmpty } ?? false }
    let sessions =
      ended
      .compactMap { target in target.session.map { (target.chat, $0) } }
    let held = Dictionary(sessions) { first, _ in first }
    let left = LiveHandlers.find(held, catalog.layout, leavesFiles: false)
    let all = fates.merging(termination.end(left.pids)) { $0.followed(by: $1) }
    return all.merging(survivors(held)) { $0.followed(by: $1) }
  }

  /// Who holds a lock after all that was done: never to be called gone, whatever the reason.
  private func survivors(_ sessions: [ChatID: SessionID]) -> [ChatID: HandlerFate] {
    LiveHandlers.find(sessions, catalog.layout, leavesFiles: false).pids.mapValues { pids in
      HandlerFate(
        outcome: .survived, pids: pids, survivors: pids.map(HandlerFate.Survivor.look(at:)))
    }
  }

  private func purged(
    _ target: PurgePlan.Target, _ standing: Tombstone?, _ fate: HandlerFate
  ) -> PurgeReport.Purged {
    let time = standing?.purgedAt ?? Timestamp.rfc3339(change.time)
    return PurgeReport.Purged(chat: target.chat, purgedAt: time, handler: fate)
  }

  /// The steps after the tombstones and the deaths.
  ///
  /// One that fails is reported; the next dispatcher or the next purge does it.
  private func finish(_ targets: [PurgePlan.Target], into report: inout PurgeReport) {
    report.attempt { () throws(StorageError) in
      try catalog.archiveRows(targets.map(\.chat), by: change) { chat in
        "Chat \(chat.number) \(options.participle) (dispatcher not running)"
      }
    }
    report.attempt { () throws(StorageError) in
      try catalog.sessions.markArchived(targets.compactMap(\.session))
    }
    let archived = report.skipped.filter { $0.reason == .alreadyArchived }.map(\.chat)
    report.attempt { () throws(StorageError) in
      try catalog.removeStateFiles(of: targets.map(\.chat) + archived)
    }
    let ends = report.purged.filter { $0.handler != .none }
    report.attempt { () throws(StorageError) in
      try catalog.tombstones.addEvidence(
        Dictionary(ends.map { ($0.chat, ["handler": $0.handler.json]) }) { first, _ in first })
    }
  }
}

extension PurgeReport {
  /// Runs a step and notes its failure.
  fileprivate mutating func attempt<Result>(_ step: () throws(StorageError) -> Result) {
    do throws(StorageError) {
      _ = try step()
    } catch {
      errors.append(Failure(chat: nil, reason: "\(error)"))
    }
  }
}
