internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

/// Going on where the program before this one stood.
extension DispatcherDaemon {
  /// Builds everything, and only then accepts: what throws here leads back, so nothing may be done
  /// before that the former program would not find undone.
  func resume(_ handover: Handover) throws {
    try watchSignals()
    supervisor.configuration = settings.configuration
    try resumeChats(handover.state.chats)
    try resumeRuns(handover)
    try resumeEars(handover)
    try listen(handover.control())
    let asker = try resumeConnections(handover)
    try listenToKeeper()
    accept(handover)
    supervisor.keepRuns()
    findOutAboutUnwatchedEnds()
    lookAtEverything(handover.state.machine)
    tellOutcome(handover, to: asker)
    noteState()
    announceReady()
    giveBackMemory()
  }

  /// A service manager that has lost the process that stood by starts a dispatcher, come what may.
  private func accept(_ handover: Handover) {
    if handover.accept() || unit == nil || keeper != nil { return }
    leave(
      because: "The process that stood by during the upgrade is gone",
      then: "the service manager starts a dispatcher again")
  }

  private func resumeChats(_ states: [DispatcherState.Chat]) throws {
    let tombstones = try supervisor.tombstones.all()
    let records = try supervisor.states.all()
    let sessions = try supervisor.sessions.sessions()
    // Chats that are new from here on reserve numbers of their own.
    readNumbers(BootRecords(records: records))
    let rows = try graph.rows()
    for state in states {
      let id = ChatID(state.number)
      let chat = SupervisedChat(id, record: records[id] ?? ChatRecord())
      chat.burial = tombstones[id].map(Burial.init)
      chat.session = sessions[id]
      chat.resume(state, row: rows[id])
      supervisor.chats.insert(chat)
      supervisor.watch(chat)
    }
  }

  private func resumeRuns(_ handover: Handover) throws {
    for run in try handover.runs() {
      guard driver.resume(run) else { throw StateError("chat \(run.child.number) has no process") }
    }
  }

  private func resumeEars(_ handover: Handover) throws {
    let ears = try handover.ears()
    supervisor.voices = ears.map(\.address)
    try supervisor.notifications.resume(ears)
    for run in handover.state.runs { supervisor.logs.begin(ChatID(run.chat)) }
  }

  /// Gives the one that asked for the upgrade.
  private func resumeConnections(_ handover: Handover) throws -> ControlConnection? {
    var asker: ControlConnection?
    for state in handover.state.connections {
      let stream = UnixStream(adopting: try handover.claim(state.socket))
      let connection = try ControlConnection(resuming: stream, state)
      try server?.resume(connection)
      if state.pushed != nil { requests?.events.add(connection) }
      if state.socket == handover.state.upgrade.asker { asker = connection }
    }
    return asker
  }

  /// Nobody has watched the files for a moment, and who was to look at an inbox is gone.
  private func lookAtEverything(_ machine: SupervisorSnapshot) {
    useSettings()
    machine.observing.forEach(supervisor.inboxes.request)
    rereadsFiles = true
    var changes = ProjectChanges()
    changes.overflow = true
    supervisor.notice(changes)
  }

  private func tellOutcome(_ handover: Handover, to asker: ControlConnection?) {
    let upgrade = handover.state.upgrade
    if let failure = handover.failure {
      let reason =
        "the new program gave up (\(failure)), the former one is back as PID \(CurrentProcess.pid)"
      log.error(.dispatcherUpgradeFailed, "Upgrade to \(upgrade.program) failed: \(reason)")
      asker?.answer(
        .failed(
          ControlError(
            .failed, "\(upgrade.program): \(reason)", hint: "the dispatcher goes on as it was")))
    } else {
      let answer = UpgradeAnswer(handover.state)
      log.info(.dispatcherUpgraded, answer.sentence)
      asker?.answer(.ok(answer.payload))
    }
  }
}

extension Handover {
  /// Where requests come in; the same sockets as before.
  func control() throws -> ControlSocket {
    let path = FilePath(state.control.path)
    return ControlSocket(
      listeners: try state.control.listeners.map { try StreamListener(adopting: claim($0)) },
      path: path, isPassed: state.control.isPassed,
      peers: (try? PeerRule.of(path)) ?? PeerRule())
  }

  func runs() throws -> [RunState] {
    try state.runs.map { run in
      RunState(
        child: ChildID(run.chat), incarnation: Incarnation(run.incarnation),
        pid: run.pid,
        leader: try run.leader.map { ProcessDescriptor(pid: run.pid, adopting: try claim($0)) },
        isExternal: run.isExternal || state.pid != CurrentProcess.pid, isInGroup: run.isInGroup,
        exit: run.exit, isReported: run.isReported, reaped: run.reaped,
        ending: run.ending.map { Signal(rawValue: $0) },
        leftovers: try run.leftovers.map(process))
    }
  }

  private func process(_ process: DispatcherState.Process) throws -> ProcessDescriptor {
    ProcessDescriptor(pid: process.pid, adopting: try claim(process.descriptor))
  }

  func ears() throws -> [EarState] {
    try state.ears.map { ear in
      guard let address = SocketAddress(ear.address) else {
        throw StateError("`\(ear.address)` is no address")
      }
      return EarState(
        child: ChildID(ear.chat), incarnation: Incarnation(ear.incarnation),
        socket: DatagramSocket(adopting: try claim(ear.socket)), address: address)
    }
  }
}

extension SupervisedChat {
  fileprivate func resume(_ state: DispatcherState.Chat, row: Row?) {
    self.row = state.isClosed.map { (row ?? .missing).closed($0) }
    past = Past(
      answered: state.answered, stateSince: state.stateSince, restarts: state.restarts,
      handlerStatus: state.handlerStatus, lastWords: state.lastWords, lastPid: state.lastPid,
      lastExit: state.lastExit, limitRemark: state.limitRemark)
  }
}

extension SupervisedChat.Row {
  /// Of a row that has gone meanwhile, until the graph was read twice without it.
  fileprivate static let missing = SupervisedChat.Row(
    title: "", needs: HandlerNeeds(.builtIn("unknown")), isClosed: false, isArchived: false)

  /// As it was when it was last read: the next reading tells the difference.
  fileprivate func closed(_ isClosed: Bool) -> SupervisedChat.Row {
    var row = self
    row.isClosed = isClosed
    return row
  }
}
