internal import ChatProject
internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import TaskGraph

/// What the files said when the dispatcher started.
struct BootRecords {
  var tombstones: [ChatID: Tombstone] = [:]
  var records: [ChatID: ChatRecord] = [:]
  var sessions: [ChatID: SessionID] = [:]

  var highestIncarnation: UInt64 { records.values.map(\.incarnation).max() ?? 0 }
}

extension ChatSupervisor {
  /// Gives legacy rows their new names.
  ///
  /// Somebody else may have the graph's lock: not waited for.
  func migrateLegacyChats() throws(StorageError) {
    let report = try catalog.migrateLegacy(dryRun: false, by: .dispatcher, wait: .tryOnce)
    guard !report.isEmpty else { return }
    log.info(
      .legacyMigrated, "wg migrate chat-rename ran by itself: \(report.renamed.count) rows renamed")
  }

  /// Makes one conversation of those that other programs left in several folders.
  ///
  /// What a handler holds is left for the next start. `begin` is called before each of them.
  func gatherConversations(begin: () -> Void) throws(StorageError) {
    for stray in try catalog.strays() {
      begin()
      do throws(StorageError) {
        try catalog.gather(stray)
        log.info(
          .legacyMigrated, about: stray.chat,
          "the messages in chat/\(stray.name) are part of the conversation now")
      } catch {
        log.error(.storageProblem, about: stray.chat, "chat/\(stray.name): \(error)")
      }
    }
  }

  /// Begins to supervise a chat that the graph shows for the first time.
  func add(_ id: ChatID, _ row: SupervisedChat.Row?, _ boot: BootRecords = BootRecords()) {
    let chat = SupervisedChat(id, record: boot.records[id] ?? ChatRecord())
    chat.row = row
    chat.burial = boot.tombstones[id].map(Burial.init)
    chat.session = boot.sessions[id]
    chats.insert(chat)
    watch(chat)
    var durable = chat.record.durable(.now)
    durable.reservedIncarnation = max(durable.reservedIncarnation, Incarnation(numbers.used))
    driver.register(
      chat.child,
      Registration(
        durable: durable, isTombstoned: chat.burial != nil,
        isSettled: isSettled(chat), isTaskClosed: row?.isClosed ?? false,
        sharedReservation: Incarnation(numbers.reserved)),
      earlier: earlierRun(of: chat))
    if let incarnation = driver.machine.state(of: chat.child)?.incarnation {
      keepRun(of: chat, incarnation)
    }
  }

  /// What an earlier dispatcher left: who holds the lock, or whose end the keeper or systemd knows.
  private func earlierRun(of chat: SupervisedChat) -> EarlierRun? {
    let stored = runStore?.takeFound(chat.child)
    if let ended = endedRun(of: chat) { return ended }
    if let holder = holder(of: chat) { return .alive(holder) }
    guard let stored else { return nil }
    // One that has not been reaped yet is watched until it is.
    guard let exit = stored.process.exitInformation() else { return .alive(stored.process) }
    return .ended(pid: stored.name.pid, ExitStatus(exit), stored.process)
  }

  /// Leaves the chat's run to the next dispatcher, should this one die.
  func keepRun(of chat: SupervisedChat, _ incarnation: Incarnation) {
    guard let leader = driver.leader(of: chat.child) else { return }
    runStore?.keep(leader, chat.child, incarnation)
  }

  /// The same for all that live: whoever goes on as another program knows none of the names.
  func keepRuns() {
    for child in driver.machine.liveIDs {
      guard let chat = chats[child], let run = driver.machine.state(of: child)?.incarnation else {
        continue
      }
      keepRun(of: chat, run)
    }
  }

  /// Whether nothing is left to do for a tombstone.
  ///
  /// A row that was put back to open is closed again, so that the existing program finds nothing to
  /// start either. Rule 12.
  private func isSettled(_ chat: SupervisedChat) -> Bool {
    guard let burial = chat.burial else { return true }
    return burial.isSettled && chat.row?.isClosed != false
  }

  /// A handler that an earlier dispatcher started, and that ended before this one looked.
  ///
  /// Its lock file is there still, and goes when the run is settled: until then a dispatcher that
  /// takes over finds the same again.
  private func endedRun(of chat: SupervisedChat) -> EarlierRun? {
    guard let keeper, let session = chat.session,
      let named = try? SessionLock.deadHolder(layout.chatDirectory(session)),
      let end = keeper.lastEnd(of: named.pid), named.isOf(startTicks: end.startTicks)
    else { return nil }
    return .ended(pid: end.pid, ExitStatus(end.status))
  }

  /// A handler that an earlier dispatcher started may still run (rule 9).
  func holder(of chat: SupervisedChat) -> ProcessDescriptor? {
    chat.session.flatMap { HandlerSearch.holder(of: layout.chatDirectory($0)) }
  }

  /// Ends processes that lie in a chat's control group while nobody holds the chat's lock.
  ///
  /// A held lock has made its holder the chat's run by now.
  func endStrays() {
    groups.endStrays { mayHaveHandler($0) }
  }

  /// Whether somebody holds the chat's lock, or nobody can tell: what must not live is ended before
  /// the next launch at the latest, with the lock in hand.
  private func mayHaveHandler(_ id: ChatID) -> Bool {
    if driver.pid(of: ChildID(id.number)) != nil { return true }
    guard let chat = chats[id] else { return (try? tombstones.tombstone(for: id)) == nil }
    if chat.burial != nil { return false }
    guard let session = chat.session else { return true }
    return HandlerSearch.holder(of: layout.chatDirectory(session)) != nil
  }

  /// State files of chats that are not in the graph: each archives itself, once (rule 10).
  func archiveStale(_ ids: [ChatID], _ boot: BootRecords) {
    for id in ids where chats[id] == nil {
      add(id, nil, boot)
      guard let chat = chats[id] else { continue }
      if chat.burial == nil {
        driver.report(.taskVanished, of: chat.child)
      } else {
        _ = try? CoordinatorStateFiles(layout).remove(id)
      }
    }
  }
}
