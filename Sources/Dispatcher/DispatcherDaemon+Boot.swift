internal import ChatProject
internal import ChatStorage
internal import DecisionRecords
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage
internal import TaskGraph

extension DispatcherDaemon {
  /// Reads the project, takes over what an earlier dispatcher left, and says when it serves.
  func boot() throws {
    log.info(
      .dispatcherStarted,
      "Daemon starting (PID \(CurrentProcess.pid), socket \(socketPath), "
        + "\(supervisor.groups.description))")
    sayWhereItWrites()
    if let warning = ProjectOwner.warning(layout) { log.warn(.dispatcherStarted, warning) }
    try watchSignals()
    try listenToKeeper()
    findOutAboutUnwatchedEnds()
    reporter.needsTime(at: Clock.monotonic)
    let records = try readRecords()
    reporter.needsTime(at: Clock.monotonic)
    reserveNumbers(records)
    addChats(records)
    supervisor.runStore?.letGoOfUnclaimed()
    supervisor.endStrays()
    try listen()
    try settleBoot()
    noteState()
    log.info(.dispatcherReady, "Ready: \(statusLine)")
    announceReady()
    giveBackMemory()
  }

  /// For those who read what is written.
  private func sayWhereItWrites() {
    let places = LogPlaces(entries: log.target, output: options.outputPlace)
    do {
      try places.write(layout)
    } catch {
      log.error(.storageProblem, "\(error)")
    }
    if options.log == .journal && log.target == .file {
      log.warn(.logLost, "there is no journal here, the log goes to daemon.log")
    }
  }

  func watchSignals() throws {
    // Whoever reads what is written to a socket may be gone.
    SignalDisposition.ignored.set(for: .brokenPipe)
    let signals = try SignalDescriptor([.terminate, .interrupt, .hangup, .user2])
    _ = try driver.loop.add(signals.descriptor, for: .readable) { [weak self] _ in
      while let received = try? signals.read() { self?.react(to: received.signal) }
    }
  }

  private func react(to signal: Signal) {
    switch signal {
    case .terminate, .interrupt: end(leavingHandlers: false)
    case .user2: end(leavingHandlers: true)
    case .hangup: reload()
    default: break
    }
  }

  /// Without knowing every tombstone nothing may be started, so not being able to list them ends it.
  private func readRecords() throws -> BootRecords {
    var records = BootRecords()
    records.tombstones = try supervisor.tombstones.all()
    records.records = try supervisor.states.all()
    do {
      // From here on they count, and who asks is told so.
      if !records.tombstones.isEmpty { try supervisor.tombstones.makeDurable() }
    } catch {
      log.error(.storageProblem, "\(error)")
    }
    do {
      try supervisor.states.settle()
    } catch {
      // It counts as it stands.
      log.error(.storageProblem, "\(error)")
    }
    do {
      try supervisor.gatherConversations { reporter.needsTime(at: Clock.monotonic) }
    } catch {
      log.error(.storageProblem, "\(error)")
    }
    do {
      records.sessions = try supervisor.sessions.sessions()
    } catch {
      log.error(.storageProblem, "\(error)")
    }
    return records
  }

  /// Once for all chats; without it each chat's first run waits for its own.
  private func reserveNumbers(_ records: BootRecords) {
    readNumbers(records)
    do {
      try supervisor.numbers.reserve(layout)
    } catch {
      log.error(.storageProblem, "\(error)")
    }
  }

  func readNumbers(_ records: BootRecords) {
    supervisor.numbers = SharedNumbers(reading: layout, highest: records.highestIncarnation) {
      log.error(.storageProblem, "\($0)")
    }
  }

  private func addChats(_ records: BootRecords) {
    useSettings()
    graph.readGraph(records)
    // A purge that was cut short, of a chat whose row went away meanwhile.
    for (id, tombstone) in records.tombstones
    where !tombstone.isSettled && supervisor.chats[id] == nil {
      supervisor.add(id, nil, records)
    }
    let known = Set(supervisor.chats.unordered.map(\.id))
    let files = (try? supervisor.catalog.staleStateFiles()) ?? []
    supervisor.archiveStale(files.filter { !known.contains($0) }, records)
  }

  private func listen() throws {
    try listen(
      ControlSocket.open(passed: passed, path: socketPath, mode: options.socketMode))
  }

  /// Serves requests from the next turn on.
  func listen(_ control: ControlSocket) throws {
    let handler = RequestHandler(self)
    requests = handler
    supervisor.decisions.observer = { [weak handler] row in handler?.events.send(row) }
    self.control = control
    server = try ControlServer(control, loop: driver.loop, log: log, handler: handler)
    // With a socket of its own it is the only one who would notice the next request.
    if control.isPassed { idleExit = IdleExit(span: options.exitWhenIdle?.finite) }
  }

  /// However much there is to decide, requests are not kept waiting longer than this.
  private static let bootLimit: Int64 = 10_000_000_000

  /// Ready means: what was found at boot has been decided about.
  private func settleBoot() throws {
    let end = Clock.monotonic + Self.bootLimit
    while driver.hasWork || supervisor.inboxes.hasWork, Clock.monotonic < end {
      reporter.needsTime(at: Clock.monotonic)
      try driver.turn(mayBlock: false)
      supervisor.readInboxes()
    }
  }

  /// A hint for others: without room for it the chats are served nevertheless.
  func noteState() {
    do { try writeState() } catch { log.error(.storageProblem, "\(error)") }
  }

  private func writeState() throws {
    var state = ServiceState(
      pid: CurrentProcess.pid, socketPath: socketPath, startedAt: Timestamp.rfc3339(startedAt))
    state.options = options.given
    state.unit = unit
    try state.write(layout)
  }
}
