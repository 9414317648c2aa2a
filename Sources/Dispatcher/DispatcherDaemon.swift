internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import DecisionRecords
internal import JSONLines
internal import LinuxSystem
internal import Settings
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage
internal import Systemd

/// The daemon: builds everything, then turns until it is told to end.
final class DispatcherDaemon {
  let options: DispatcherOptions
  let layout: ProjectLayout
  let log: DispatcherLog
  let driver: ChildDriver
  let supervisor: ChatSupervisor
  let watcher: ProjectWatcher
  let graph: GraphReader
  let settings: SettingsFiles
  let startedAt: Int64
  /// The systemd unit that this process, or its keeper, is the main process of.
  let unit = ServiceUnit.ofThisProcess()
  var requests: RequestHandler?
  var server: ControlServer?
  /// Nil until the boot has come to listening.
  var control: ControlSocket?
  /// The sockets that the service manager passed; in `control` later.
  let passed: PassedDescriptors
  var idleExit = IdleExit(span: nil)
  /// It ends by itself, because there is nothing to do.
  var hasIdledOut = false
  let metricsFile: MetricsFile?
  var isEnding = false
  /// Somebody said that files have changed; read once a turn, however often it was said.
  var rereadsFiles = false
  /// Handlers are left running for the next dispatcher.
  var leavesHandlers = false
  /// The keeper starts that one, at once.
  var isFollowed = false
  let keeper = KeeperLink.ofThisProcess()
  /// Who will know how handlers end without this dispatcher; nil until it is known.
  var unwatchedEnds: UnwatchedEnds?
  /// Why the service manager keeps no runs; nil when it may.
  let storeObstacle: UnwatchedEnds.Cause?
  var keeperRegistration: EventLoop.Registration?
  let lock: FileLock
  /// The program that is to take this one's place; nil when there is none.
  var upgrade: UpgradeAttempt?
  let reporter: ServiceReporter
  /// What the last status was about, and when it was sent.
  var reportedRevision: UInt64 = 0
  var reportedAt: Int64 = 0
  /// When memory is given back; nil when that was done and nothing has happened since.
  private var giveBackAt: Int64?
  /// What had happened when memory was last given back.
  private var restedAfter: IdleExit.Activity?
  private static let giveBackDelay: Int64 = 1_000_000_000

  /// Takes the project's lock, or goes on with the one that the program before this one had.
  ///
  /// Throws when another dispatcher has it, or the folder cannot be used.
  init(
    _ given: DispatcherOptions, _ layout: ProjectLayout, resuming handover: Handover? = nil
  ) throws {
    var options = given
    settings = SettingsFiles(.ofThisProcess(project: layout.config))
    options.fill(from: settings.configuration)
    self.options = options
    self.layout = layout
    let (runs, sockets) = try ControlSocket.takePassed().divided(by: StoredRun.Name.isPlausible)
    passed = sockets
    for folder in [layout.chatStates, layout.tombstones, layout.chatFolder] {
      try StorageError.about(folder) { () throws(Errno) in try Directory.createDurably(folder) }
    }
    lock = try handover?.lock() ?? Self.acquireLock(layout)
    startedAt = handover?.state.startedAt ?? Clock.wall
    log = DispatcherLog(
      path: layout.daemonLog, project: layout.root.string, journal: options.journal,
      target: options.entries)
    reporter = ServiceReporter(log: log, isReady: handover != nil)
    metricsFile = options.metricsFile.map { [log] in MetricsFile(FilePath($0), log: log) }
    try ChildSubreaper.enable()
    try DescriptorLimit.raise()
    driver =
      try handover.map { try ChildDriver($0.state.machine) }
      ?? ChildDriver(
        settings: options.supervision(settings.configuration), seed: RandomBytes.word())
    log.attach(to: driver.loop)
    watcher = try ProjectWatcher(layout: layout, loop: driver.loop, log: log)
    supervisor = ChatSupervisor(
      layout: layout, driver: driver,
      catalog: ChatCatalog(layout: layout, patience: ChatSupervisor.patience), log: log,
      launcher: HandlerLaunch(
        layout: layout, handlerProgram: try Self.handlerProgram(),
        environment: HandlerLaunch.inheritedEnvironment()),
      output: HandlerOutput(layout: layout, place: options.outputPlace, log: log),
      startsHandlers: options.startsHandlers)
    supervisor.watcher = watcher
    let store: RunStore?
    (store, storeObstacle) = RunStore.open(runs)
    graph = GraphReader(supervisor, watcher)
    keepRuns(with: store)
    graph.readSettings = { [unowned self] in noticeSettings() }
  }

  private static func acquireLock(_ layout: ProjectLayout) throws -> FileLock {
    let lock = try StorageError.about(layout.dispatcherLock) { () throws(Errno) in
      // A command that looks whether a dispatcher runs holds the lock for an instant.
      try FileLock.acquire(layout.dispatcherLock, within: 500_000_000)
    }
    if let lock { return lock }
    throw StorageError(
      file: layout.dispatcherLock, kind: .locked,
      reason: "another dispatcher serves this project already")
  }

  /// `wg-handler` lies beside this program.
  private static func handlerProgram() throws -> FilePath {
    try CurrentProcess.executable().removingLastComponent().appending("wg-handler")
  }

  /// Serves until it is told to end.
  func run() throws {
    try boot()
    try serve()
  }

  /// The same from where the program before this one stood.
  func run(resuming handover: Handover) throws {
    try resume(handover)
    try serve()
  }

  private func serve() throws {
    while !isOver { try turn() }
    finish()
    passOnLateChanges()
  }

  private var isOver: Bool {
    isEnding && (leavesHandlers || driver.machine.liveIDs.isEmpty) && !driver.hasWork
  }

  private func turn() throws {
    let busy =
      supervisor.inboxes.hasWork || server?.hasBacklog == true || rereadsFiles
      || watcher.hasChanges
    if !busy && !driver.hasWork { supervisor.forgetPastRuns() }
    try driver.turn(mayBlock: !busy, deadline: nextDeadline)
    supervisor.releaseJudged()
    noticeFiles()
    supervisor.readInboxes()
    supervisor.runClerk()
    supervisor.writeWhenDue()
    supervisor.logs.resume()
    supervisor.notifications.resume()
    supervisor.runStore?.resume()
    requests?.answerWaiting()
    server?.serve()
    supervisor.decisions.flush()
    log.tellSuppressedWhenDue()
    writeMetrics()
    reportState()
    giveBackMemory()
    advanceUpgrade()
    endWhenIdle()
  }

  /// A moment after something happened: what was needed for it is not needed to wait.
  ///
  /// Not at once, since the next thing mostly follows; and then never until something happens again.
  func giveBackMemory() {
    let now = Clock.monotonic
    guard let due = giveBackAt else {
      // A sign of life for the service manager is no work.
      if !reporter.hasJustBeaten || activity != restedAfter {
        giveBackAt = now + Self.giveBackDelay
      }
      return
    }
    guard due <= now else { return }
    giveBackAt = nil
    restedAfter = activity
    driver.loop.beforeWaiting = ResidentMemory.giveBack
  }

  /// Besides the core's, which the driver knows.
  private var nextDeadline: Int64? {
    let files = [
      graph.dueAt, supervisor.writeAt, supervisor.logs.resumeAt, log.dueAt, giveBackAt,
      idleExit.dueAt, supervisor.inboxes.retryAt, supervisor.notifications.resumeAt,
      reporter.deadline,
      metricsFile?.dueAt, upgrade?.deadline, supervisor.runStore?.resumeAt,
    ]
    return ([server?.deadline, supervisor.clerk.dueAt] + files).compactMap { $0 }.min()
  }

  private func noticeFiles() {
    graph.lookAgain()
    let changes = watcher.takeChanges()
    if changes.isEmpty && !rereadsFiles { return }
    let all = changes.overflow || rereadsFiles
    rereadsFiles = false
    if changes.graph || all { graph.readGraph() }
    if changes.sessions || changes.graph || all { graph.readSessions() }
    supervisor.notice(changes)
  }
}

extension DispatcherDaemon {
  /// Ends: no handler is started any more, and each that runs is stopped.
  ///
  /// With `force`, SIGKILL follows SIGTERM at once.
  ///
  /// `isFollowed`: with handlers left, and by a dispatcher that the keeper starts.
  func end(leavingHandlers: Bool, force: Bool = false, isFollowed: Bool = false) {
    if force { endStopsAtOnce() }
    guard !isEnding else {
      // Whoever loses patience with an end that is under way.
      if force && !leavesHandlers { driver.shutDown() }
      return
    }
    isEnding = true
    leavesHandlers = leavingHandlers
    self.isFollowed = isFollowed
    log.info(.dispatcherStopping, "Daemon shutting down")
    reporter.stopping(StatusLine.ending(leavingHandlers ? 0 : driver.machine.liveIDs.count))
    if !leavingHandlers { driver.shutDown() }
  }

  /// SIGKILL follows SIGTERM at once from now on, whatever handlers ask for.
  private func endStopsAtOnce() {
    var settings = driver.machine.settings
    settings.stopTimeout = .zero
    settings.extensionLimit = .zero
    driver.apply(settings)
  }

  /// Ends although nobody asked for it, with nothing running that would have to be stopped.
  func leave(because reason: String, then next: String) {
    isEnding = true
    leavesHandlers = true
    log.info(.dispatcherStopping, "\(reason); \(next)")
    reporter.stopping(reason)
  }

  private func finish() {
    requests?.answerWaiting()
    server?.stop()
    supervisor.forgetPastRuns()
    supervisor.writeRecords()
    supervisor.decisions.flush()
    supervisor.groups.giveBack()
    writeMetrics(force: true)
    control?.remove()
    _ = try? ServiceState.remove(layout, of: CurrentProcess.pid)
    log.info(.dispatcherStopped, "Daemon shutdown complete")
    log.close()
    reporter.settle()
    takeLeaveOfKeeper()
  }

  var socketPath: FilePath {
    control?.path ?? options.socket.map { FilePath($0) } ?? layout.socket
  }

  func announceReady() {
    announceToKeeper()
    reporter.ready(statusLine, at: Clock.monotonic)
  }
}
