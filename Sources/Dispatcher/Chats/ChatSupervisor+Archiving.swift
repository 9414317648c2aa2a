internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

extension ChatSupervisor {
  /// Asks the core to archive a chat.
  ///
  /// The evidence is gathered from here on.
  func archive(
    _ chat: SupervisedChat, _ reason: ArchiveReason, by author: Tombstone.Author,
    grace: TimeSpan? = nil
  ) {
    chat.past.lastFailure = nil
    if chat.retirement == nil || chat.retirement?.isSettled == true {
      chat.retirement = SupervisedChat.Retirement(
        reason: reason, by: author, beganAt: Clock.monotonic, pids: processes(of: chat))
    }
    driver.report(.archiveRequested(reason, grace: grace), of: chat.child)
  }

  /// The handler and everything below it, the leader first.
  private func processes(of chat: SupervisedChat) -> [Int32] {
    let known = driver.processes(of: chat.child)
    guard let leader = driver.pid(of: chat.child) else { return known }
    return known + ProcessTable.descendants(of: leader).filter { !known.contains($0) }
  }

  func bury(_ children: [(child: ChildID, reason: ArchiveReason)]) {
    let doomed = children.compactMap { entry in
      chats[entry.child].map { ($0, stone(for: $0, entry.reason)) }
    }
    do {
      let new = Set(try tombstones.write(doomed.map(\.1)))
      for (chat, stone) in doomed {
        // All of them stand now. One that stood before and cannot be read is as good as this one.
        let earlier = new.contains(chat.id) ? nil : try? tombstones.tombstone(for: chat.id)
        chat.burial = Burial(earlier ?? stone)
        driver.report(.tombstoned, of: chat.child)
      }
    } catch {
      log.error(.storageProblem, "cannot write tombstones: \(error)")
      for (chat, _) in doomed {
        chat.past.lastFailure = "\(error)"
        driver.report(.tombstoneFailed, of: chat.child)
      }
    }
  }

  private func stone(for chat: SupervisedChat, _ reason: ArchiveReason) -> Tombstone {
    if chat.retirement == nil {
      chat.retirement = SupervisedChat.Retirement(
        reason: reason, by: .dispatcher, beganAt: Clock.monotonic, pids: processes(of: chat))
    }
    return Tombstone(
      chatID: chat.id, session: chat.session, reason: Tombstone.Reason(reason),
      by: chat.retirement?.by ?? .dispatcher)
  }

  func exhume(_ child: ChildID) {
    guard let chat = chats[child] else { return }
    do {
      try tombstones.remove(chat.id)
    } catch {
      chat.past.lastFailure = "\(error)"
      log.error(.storageProblem, about: chat.id, "\(error)")
      // It may be gone all the same, and only that it stays away is not sure.
      let stands = (try? tombstones.contains(chat.id)) ?? true
      if stands { return driver.report(.tombstoned, of: child) }
    }
    chat.burial = nil
    chat.retirement = nil
    // A row that was opened and seen just before the restore was to be closed again.
    clerk.withdraw(chat.id)
    // Also where it is told that this may not last: it lives, and its messages are to be noticed.
    watch(chat)
    driver.report(.tombstoneRemoved, of: child)
  }

  func settleArchives(_ children: [(child: ChildID, outcome: HandlerOutcome)]) {
    var closings: [GraphClerk.Closing] = []
    for (child, outcome) in children {
      // Without a tombstone it was restored meanwhile, and must not be closed after that.
      guard let chat = chats[child], chat.burial != nil, !isHeldByStranger(chat, outcome) else {
        continue
      }
      noteOutcome(outcome, of: chat)
      if outcome == .survived {
        nameSurvivors(of: chat)
        continue
      }
      if chat.row == nil { settle([chat]) } else { closings.append(closing(chat)) }
    }
    if !closings.isEmpty { clerk.add(closings) }
  }

  /// An archive must not be called done while somebody holds the chat's lock: a handler that nobody
  /// met before, or what an adopted one had beside it.
  ///
  /// It is adopted and ended; then this is asked again.
  private func isHeldByStranger(_ chat: SupervisedChat, _ outcome: HandlerOutcome) -> Bool {
    guard outcome != .survived, let process = holder(of: chat) else { return false }
    if chat.retirement?.pids.contains(process.pid) == true { return false }
    chat.retirement?.pids.append(process.pid)
    driver.reportHolder(process, of: chat.child)
    return true
  }

  /// What was proven once stays: a row that was put back to open is closed again, and nobody had to die.
  private func noteOutcome(_ outcome: HandlerOutcome, of chat: SupervisedChat) {
    let isProven = chat.retirement?.isSettled ?? chat.burial?.isSettled ?? false
    if isProven, outcome == .none { return }
    if chat.retirement == nil {
      chat.retirement = SupervisedChat.Retirement(
        reason: chat.burial?.reason ?? .purge, by: .dispatcher,
        beganAt: Clock.monotonic)
    }
    // Of several holders that were ended one after the other, the one that had to be killed counts.
    let before = chat.retirement?.outcome
    chat.retirement?.outcome = before == .killed && outcome != .survived ? .killed : outcome
  }

  /// Puts into the tombstone what cannot be ended, and where it hangs.
  private func nameSurvivors(of chat: SupervisedChat) {
    let survivors = survivors(of: chat)
    guard survivors != chat.retirement?.survivors else { return }
    chat.retirement?.survivors = survivors
    do {
      try keepEvidence(of: [chat])
    } catch {
      log.error(.storageProblem, about: chat.id, "\(error)")
    }
  }

  /// What is left of a chat's run.
  func survivors(of chat: SupervisedChat) -> [HandlerEnd.Survivor] {
    driver.processes(of: chat.child).map {
      HandlerEnd.Survivor(
        pid: $0, state: ProcessTable.state($0).map(String.init) ?? "?",
        waitsIn: ProcessTable.waitingPlace(of: $0))
    }
  }

  private func closing(_ chat: SupervisedChat) -> GraphClerk.Closing {
    GraphClerk.Closing(chat: chat.id, isDeletion: chat.burial?.reason == .delete)
  }

  /// Closes tasks in the graph; once each turn.
  func runClerk() {
    let closed = clerk.run().compactMap { chats[$0] }
    closed.forEach(noteClosedRow)
    settle(closed)
  }

  /// What was closed here is known to be closed, whatever the next look at the graph shows.
  ///
  /// Somebody who opens it again before that look would otherwise not be noticed.
  private func noteClosedRow(of chat: SupervisedChat) {
    guard chat.row?.isClosed == false else { return }
    chat.row?.isClosed = true
    driver.report(.taskClosed, of: chat.child)
  }

  /// Everything is done: keep the evidence, remove what the existing program would find.
  private func settle(_ chats: [SupervisedChat]) {
    guard !chats.isEmpty else { return }
    for chat in chats {
      chat.retirement?.isSettled = true
      if chat.retirement?.survivors != nil { chat.retirement?.survivors = [] }
    }
    do {
      for chat in chats { try CoordinatorStateFiles(layout).remove(chat.id) }
      try keepEvidence(of: chats)
    } catch {
      log.error(.storageProblem, "\(error)")
    }
    for chat in chats {
      unwatch(chat)
      chat.rest()
    }
  }

  private func keepEvidence(of chats: [SupervisedChat]) throws(StorageError) {
    var evidence: [ChatID: JSONObject] = [:]
    for chat in chats where chat.burial != nil {
      evidence[chat.id] = chat.retirement?.evidence
    }
    try tombstones.addEvidence(evidence)
  }
}

extension SupervisedChat.Retirement {
  mutating func note(_ proof: DeathProof, of leader: Int32) {
    reaped += proof.reaped
    emptyGroup = proof.isGroupEmpty ? leader : nil
  }

  var evidence: JSONObject {
    var evidence: JSONObject = [
      "settled": .bool(isSettled), "outcome": .text((outcome ?? .none).rawValue),
      "pids": .array(pids.map { .integer($0) }),
      "seconds": .decimal(Double(duration / 1_000_000) / 1000),
    ]
    if reaped > 0 { evidence["reaped"] = .integer(reaped) }
    if let emptyGroup {
      evidence["process_group"] = ["id": .integer(emptyGroup), "processes": 0]
    }
    if let survivors { evidence["survivors"] = .array(survivors.map(\.json)) }
    if let group {
      evidence["control_group"] = .object(["path": .text(group.string), "populated": 0])
    }
    return evidence
  }
}

extension Tombstone.Author {
  /// The dispatcher by itself.
  static var dispatcher: Tombstone.Author {
    Tombstone.Author(
      uid: CurrentProcess.user, pid: CurrentProcess.pid, command: "wg-dispatcher")
  }
}

extension Tombstone.Reason {
  init(_ reason: ArchiveReason) {
    switch reason {
    case .purge: self = .purge
    case .archive: self = .archive
    case .delete: self = .delete
    case .staleID: self = .staleID
    }
  }

  var core: ArchiveReason {
    switch self {
    case .purge: .purge
    case .archive: .archive
    case .delete: .delete
    case .staleID: .staleID
    case .other: .purge
    }
  }
}

extension Tombstone {
  /// Everything that follows the tombstone was done.
  var isSettled: Bool { evidence["settled"]?.bool == true }
}
