internal import ChatProject
internal import ChatStorage
internal import DecisionRecords
internal import JSONLines
internal import LinuxSystem
internal import Settings
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

/// Performs for chats what the core decides about children: the only place where both words meet.
final class ChatSupervisor {
  let layout: ProjectLayout
  let driver: ChildDriver
  let catalog: ChatCatalog
  let log: DispatcherLog
  let decisions: DecisionLog
  let inboxes: InboxReader
  let clerk: GraphClerk
  let output: HandlerOutput
  let logs: LogKeeper
  let launcher: HandlerLaunch
  /// What handlers say of themselves.
  private(set) lazy var notifications = NotifyReceiver(
    in: layout.notifySockets, loop: driver.loop, resuming: voices
  ) { [unowned self] in notified($0, $1, by: $2, $3) }
  /// Where the runs speak that go on from the program before this one.
  var voices: [SocketAddress] = []
  let sessions: SessionRegistry
  let tombstones: TombstoneStore
  let states: ChatStateStore
  let journal: ChatStateJournal
  let startsHandlers: Bool
  /// Keeps runs for the next dispatcher; nil where nobody does.
  var runStore: RunStore?
  /// Knows how handlers ended that were an earlier dispatcher's.
  var keeper: KeeperLink?
  /// Of runs of any chat.
  var numbers = SharedNumbers()
  var chats = ChatTable()
  var counters = Counters()
  /// The settings that count.
  var configuration = Configuration() { didSet { groups.apply(configuration) } }
  let groups: ChatGroups
  weak var watcher: ProjectWatcher? { didSet { logs.watcher = watcher } }
  /// Grows with every decision: tells whether an answer that waits must be looked at again.
  private(set) var revision: UInt64 = 0
  /// Chats whose file does not say what their record says; the journal may.
  var unwritten: Set<ChatID> = []
  /// When they are written; nil when there are none.
  var writeAt: Int64?
  /// How often in a row the disk did not take a record.
  var refusedWrites = 0
  /// Chats whose run was judged in this turn; they may hold its lock, for a run that follows at once.
  private var judged: [SupervisedChat] = []
  private let nullInput: Descriptor?
  /// How long the loop waits for a lock that another program holds: it must serve the others too.
  static let patience = Patience.limited(100_000_000)

  init(
    layout: ProjectLayout, driver: ChildDriver, catalog: ChatCatalog, log: DispatcherLog,
    launcher: HandlerLaunch, output: HandlerOutput, startsHandlers: Bool
  ) {
    self.layout = layout
    self.driver = driver
    self.catalog = catalog
    self.log = log
    self.launcher = launcher
    self.startsHandlers = startsHandlers
    let project = (try? layout.root.resolvingSymbolicLinks()) ?? layout.root
    groups = ChatGroups(project: project.string, log: log)
    decisions = DecisionLog(path: layout.decisions)
    inboxes = InboxReader(layout: layout, log: log)
    clerk = GraphClerk(catalog: catalog, log: log)
    self.output = output
    logs = LogKeeper(output)
    let report: (Problem) -> Void = { log.error(.storageProblem, "\($0)") }
    sessions = SessionRegistry(layout, patience: Self.patience, report: report)
    tombstones = TombstoneStore(layout, patience: Self.patience, report: report)
    states = ChatStateStore(layout, report: report)
    journal = ChatStateJournal(layout)
    nullInput = try? Descriptor.open("/dev/null", flags: 0)
    driver.delegate = self
    inboxes.willRetry = { [weak self] in self?.watchAgain($0) }
    inboxes.delivered = { [weak self] latency in
      self?.counters.deliveries.observe(Double(latency) / 1e9)
      self?.revision += 1
    }
  }

  func state(of chat: SupervisedChat) -> ChildState.Name {
    driver.machine.state(of: chat.child)?.name ?? .archived
  }
}

extension ChatSupervisor: SupervisionDelegate {
  func launch(_ child: ChildID, _ incarnation: Incarnation) -> LaunchPlan {
    guard let chat = chats[child], let needs = chat.row?.needs, startsHandlers, let nullInput
    else {
      return .impossible(.resources, reason: "handlers are switched off")
    }
    guard incarnation.number <= max(chat.reserved, numbers.reserved) else {
      let reason = "the number of the run could not be written down"
      log.error(.chatSpawnFailed, about: chat.id, "cannot start a handler: \(reason)")
      return .impossible(.resources, reason: reason)
    }
    do {
      let session = try session(of: chat)
      let directory = layout.chatDirectory(session)
      let written = try output.open(chat.id)
      switch try chat.takeLock(directory) {
      case .held: return plan(forHolderOf: directory)
      case .acquired(let lock):
        guard let locked = lock.descriptor else {
          return .impossible(.resources, reason: "no lock")
        }
        guard groups.prepare(chat.id, configuration.limits(of: chat.id)) else {
          return .impossible(.resources, reason: "processes of an earlier run are being ended")
        }
        try SessionToken.revokeEarlier(in: directory, patience: Self.patience)
        chat.lock = lock
        if chat.conversation == nil { inboxes.request(child) }
        let voice = HandlerLaunch.Voice(
          socket: try notifications.open(child, incarnation),
          watchdog: configuration.limits(of: chat.id).watchdog,
          stopTimeout: driver.machine.settings(of: child).stopTimeout.nanoseconds)
        let request = launcher.request(
          for: chat, needs, session: session, lock: locked,
          output: written, input: nullInput, voice: voice, incarnation: incarnation)
        return .run(
          request, awaitsReadiness: launcher.awaitsReadiness(needs.handler),
          watchdog: TimeSpan(nanoseconds: voice.watchdog ?? 0), program: launcher.program(needs))
      }
    } catch {
      log.error(.chatSpawnFailed, about: chat.id, "cannot start a handler: \(error)")
      return .impossible(.resources, reason: "\(error)")
    }
  }

  private func plan(forHolderOf directory: FilePath) -> LaunchPlan {
    guard let process = HandlerSearch.holder(of: directory) else {
      return .impossible(.resources, reason: "the session lock is held by an unknown process")
    }
    return .held(process)
  }

  /// A chat that nobody wrote to yet may have no session.
  private func session(of chat: SupervisedChat) throws(StorageError) -> SessionID {
    if let session = chat.session { return session }
    let session = try sessions.register(chat.id)
    chat.session = session
    watch(chat)
    return session
  }

  func controlGroup(of child: ChildID) -> ControlGroup? {
    chats[child].flatMap { groups.group(of: $0.id) }
  }

  func launchedOutside(_ group: ControlGroup, _ child: ChildID, _ refusal: Errno) {
    log.warn(
      .storageProblem,
      "Coordinator-\(child.number): the handler is not in \(group.path): \(refusal)")
  }

  func launched(_ child: ChildID, _ incarnation: Incarnation, pid: Int32) {
    guard let chat = chats[child] else { return }
    if chat.past.lastPid != nil { chat.past.restarts += 1 }
    chat.past.lastPid = pid
    logs.begin(chat.id)
    keepRun(of: chat, incarnation)
    try? chat.lock?.publish(pid: pid)
    chat.lock = nil
  }

  func spawnFailed(_ child: ChildID, _ incarnation: Incarnation, _ failure: SpawnFailure) {
    guard let chat = chats[child] else { return }
    chat.lock = nil
    _ = groups.end(chat.id)
    notifications.close(child)
    chat.past.lastFailure = "\(failure)"
    log.error(.chatSpawnFailed, about: chat.id, "\(failure)")
  }

  func ended(_ child: ChildID, _ incarnation: Incarnation, pid: Int32, _ proof: DeathProof) {
    guard let chat = chats[child] else { return }
    // Of an adopted one it has not been said yet.
    chat.past.lastPid = pid
    logs.end(chat.id)
    let group = groups.end(chat.id)
    chat.past.limitRemark = group?.remark
    chat.retirement?.group = group?.provenEmpty
    chat.retirement?.note(proof, of: pid)
    notifications.close(child)
    chat.past.lastWords = chat.past.handlerStatus
    chat.past.handlerStatus = nil
    if let beganAt = chat.retirement?.beganAt {
      chat.retirement?.duration = Clock.monotonic - beganAt
    }
  }

  /// What came of the run is decided: whoever comes next is not to judge it again.
  ///
  /// Not before: a dispatcher that dies while what the handler left is still being ended, or before the
  /// inbox was read, has judged nothing.
  private func forgetRun(of chat: SupervisedChat) {
    runStore?.letGo(chat.child)
    guard let session = chat.session else { return }
    let directory = layout.chatDirectory(session)
    guard chat.burial == nil else {
      // No run follows, and whoever looks for a stranger with the lock must not find it held.
      _ = try? SessionLock.removeStale(directory)
      return
    }
    chat.lock = try? SessionLock.takeStale(directory)
    if chat.lock != nil { judged.append(chat) }
  }

  /// Nothing is about to happen: what was kept for runs that follow at once is given up.
  func forgetPastRuns() {
    releaseJudged()
    notifications.removeSpares()
  }

  /// Lets go of the sessions whose runs are judged, and were followed by no other within the turn.
  func releaseJudged() {
    for chat in judged {
      try? chat.lock?.discard()
      chat.lock = nil
    }
    judged.removeAll(keepingCapacity: judged.count < 64)
  }

  func observeInbox(_ child: ChildID) { inboxes.request(child) }

  func setAside(_ message: MessageKey, of child: ChildID, failures: Int) {
    guard let chat = chats[child], let session = chat.session, let conversation = chat.conversation,
      let poison = conversation.pending.first(where: {
        UInt64(clamping: $0.offset) == message.value
      })
    else { return }
    do {
      let directory = layout.chatDirectory(session)
      let row = try conversation.message(at: poison)
      let cause = chat.statedCause.map { "; the last time: \($0)" } ?? ""
      let reason = "the handler failed \(failures) times in a row with this message first\(cause)"
      try DeadLetters(directory: directory, patience: Self.patience).append(
        row, reason: reason, crashes: chat.record.crashes)
      try MessageLog(directory: directory, .outbox, patience: Self.patience).append(
        NewMessage(
          role: .systemError,
          content: "This message was set aside: \(reason). It is kept in dead-letters.jsonl.",
          requestID: poison.requestID))
    } catch {
      log.error(.storageProblem, about: chat.id, "\(error)")
    }
  }

  func record(_ decision: Decision) {
    revision += 1
    guard let chat = chats[decision.child] else { return }
    let leader = driver.pid(of: decision.child) ?? chat.past.lastPid
    if let exit = decision.exit { chat.past.lastExit = exit }
    if decision.settlesRun { forgetRun(of: chat) }
    // Where the output goes to the journal, what the run said of itself is all that is known here.
    let words = decision.exit == nil ? nil : chat.statedCause
    let lines = decision.isFailure ? output.lastLines(chat.id) ?? words : nil
    let row = decisions.append(
      decision, at: WallClock.now.wall(decision.at),
      pid: decision.incarnation == nil ? nil : leader, output: lines)
    counters.take(row)
    if row.isChange { chat.past.stateSince = row.time }
    if decision.clause == .stopTimeout { chat.past.killed = decision.incarnation }
    // A stale id was told about when it was met: one entry. Rule 10.
    if decision.clause == .archived && chat.row == nil { return }
    guard var entry = DecisionSentence(row: row, pid: leader).entry else { return }
    // It belongs to an exit: a run that is only about to be ended has none yet.
    if decision.isFailure, decision.exit != nil, let remark = chat.past.limitRemark {
      entry.message += "; \(remark)"
    }
    if let lines { entry.message += "; last output: \(lines)" }
    log.write(entry)
    if decision.to == .resting { chat.rest() }
  }
}

extension Decision {
  fileprivate var isFailure: Bool {
    switch clause {
    case .crashed, .unproductive, .crashLoop, .startTimeout, .watchdogTimeout: true
    default: false
    }
  }
}

extension Decision {
  /// With it a run is over and judged.
  fileprivate var settlesRun: Bool { from == .stopping && to != .stopping }
}
