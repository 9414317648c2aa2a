public import LinuxSystem
public import SupervisionCore
public import SystemPackage

/// Runs the core under the real kernel: one thread, one loop.
///
/// A turn collects what happened, lets the core decide, and performs what it decided. The outcome of
/// an effect is an event of the next turn; the core is never called from within an effect.
public final class ChildDriver {
  public let loop: EventLoop
  public private(set) var machine: SupervisorMachine
  public weak var delegate: (any SupervisionDelegate)?

  private var queue: [(child: ChildID, event: ChildEvent)] = []
  var runs: [ChildID: RunProcesses] = [:]
  /// The same by the leader's number, which is theirs as long as the run is in `runs`.
  var leaders: [Int32: ChildID] = [:]
  /// Holders that `launch` found, until the core adopts them.
  private var holders: [ChildID: EarlierRun] = [:]
  /// Adopted runs whose leader has ended and was not reaped yet, and how long that is waited for.
  var unreaped: [(run: RunProcesses, until: Int64)] = []
  /// Runs whose leader ended since the last census.
  var bereaved: [RunProcesses] = []
  /// Knows how an adopted process ended, if anybody does: its parent was somebody else.
  ///
  /// Asked when the process has ended; must not block for long. Without it, or when it does not know,
  /// the kernel is asked.
  public var witness: ((ProcessIdentity) -> LinuxSystem.ExitStatus?)?
  /// Turns in a row after which more may have been ready.
  private var fullTurns = 0
  /// What is looked at by hand, and when next; nil when nothing is.
  var looks: [() -> Bool] = []
  var lookAt: Int64?
  /// Children of this process that belong to no run.
  public var unsupervised: Set<Int32> = []

  /// `seed` decides the jitter.
  ///
  /// The caller must have made itself a child subreaper.
  public init(settings: SupervisionSettings, seed: UInt64) throws(Errno) {
    loop = try EventLoop()
    machine = SupervisorMachine(settings: settings, seed: seed)
  }

  /// Goes on with what another program decided; its runs follow with `resume`.
  package init(_ snapshot: SupervisorSnapshot) throws(Errno) {
    loop = try EventLoop()
    machine = SupervisorMachine(snapshot)
  }

  /// Says that something happened to a child.
  ///
  /// Decided about in the next turn.
  public func report(_ event: ChildEvent, of child: ChildID) {
    queue.append((child, event))
  }

  /// Reports a live process that holds a child's lock and was started by somebody else.
  public func reportHolder(_ process: ProcessDescriptor, of child: ChildID) {
    guard runs[child] == nil else { return }
    holders[child] = .alive(process)
    report(.holderFound, of: child)
  }

  /// Begins to supervise a child, which may have a run of an earlier supervisor already.
  public func register(
    _ child: ChildID, _ registration: SupervisionCore.Registration, earlier: EarlierRun? = nil
  ) {
    var registration = registration
    registration.hasHolder = earlier?.isAlive == true
    registration.hasEnded = earlier?.isAlive == false
    holders[child] = earlier
    perform(machine.register(child, registration, at: now))
  }

  @discardableResult
  public func forget(_ child: ChildID) -> Bool { machine.forget(child) }

  public func apply(_ settings: SupervisionSettings, times: [ChildID: ChildTimes] = [:]) {
    perform(machine.apply(settings, times: times))
  }

  public func shutDown() { perform(machine.shutDown(at: now)) }

  /// Whether something is still to be decided.
  public var hasWork: Bool { !queue.isEmpty || !bereaved.isEmpty }

  /// The run's leader, while it or what it left lives; nil where it could not be opened.
  public func leader(of child: ChildID) -> ProcessDescriptor? { runs[child]?.leader }

  /// The number of the run's leader, while it or what it left lives.
  public func pid(of child: ChildID) -> Int32? { runs[child]?.pid }

  public func isExternal(_ child: ChildID) -> Bool { runs[child]?.isExternal ?? false }

  /// What is left of a run, for the evidence.
  public func processes(of child: ChildID) -> [Int32] {
    guard let run = runs[child] else { return [] }
    return (run.exit == nil ? [run.pid] : []) + run.others
  }

  /// One turn.
  ///
  /// Blocks until something happens, unless there is work or `mayBlock` is false.
  ///
  /// `deadline` is another instant, by the monotonic clock, at which the caller wants to go on.
  public func turn(mayBlock: Bool = true, deadline: Int64? = nil) throws(Errno) {
    let own = machine.nextDeadline?.nanoseconds
    loop.deadline = ([own, deadline, lookAt] + unreaped.map(\.until)).compactMap { $0 }.min()
    try loop.runTurn(block: mayBlock && !hasWork)
    lookWhenDue()
    giveUpOnUnreaped()
    takeCensus()
    decide(expiring: hasHeardAll())
  }

  /// Whether everything was collected that was ready.
  ///
  /// After this process was kept from running for a while, more may wait than one turn takes, and an
  /// end or a word that waits must not be overtaken by the deadline that it makes void. A loop that is
  /// never through does not put deadlines off for ever.
  private func hasHeardAll() -> Bool {
    fullTurns = loop.wasFull ? fullTurns + 1 : 0
    return fullTurns == 0 || fullTurns > Self.fullTurnLimit
  }

  /// So many turns take in four thousand descriptors.
  private static let fullTurnLimit = 64

  /// Decides about everything that was reported and collects nothing new; what it leads to may be
  /// reported in turn.
  package func settle() {
    takeCensus()
    decide(expiring: false)
  }

  private func decide(expiring: Bool) {
    let events = queue
    queue.removeAll(keepingCapacity: true)
    let now = now
    var effects: [Effect] = []
    for (child, event) in events { effects += machine.handle(event, for: child, at: now) }
    perform(expiring ? effects + machine.expire(at: now) : effects)
  }

  private var now: Instant { Instant(nanoseconds: Clock.monotonic) }
}

extension ChildDriver {
  /// Performs effects in order; what goes to the disk is done together.
  ///
  /// What must be durable before acting is written first for all: earlier than asked is never too
  /// early. Tombstones and settlements start nothing within the turn, so they can wait for its end.
  private func perform(_ effects: [Effect]) {
    var burials: [(child: ChildID, reason: ArchiveReason)] = []
    var settlements: [(child: ChildID, outcome: HandlerOutcome)] = []
    var later: [ChildID: DurableState] = [:]
    persistFirst(effects)
    for effect in effects {
      switch effect {
      case .bury(let child, let reason): burials.append((child, reason))
      case .settleArchive(let child, let outcome): settlements.append((child, outcome))
      case .persist(let child, let state, .soon): later[child] = state
      // Written first, and newer than what an earlier event of this turn left for later.
      case .persist(let child, _, .beforeActing): later[child] = nil
      case .observeInbox(let child): delegate?.observeInbox(child)
      case .spawn(let child, let incarnation): spawn(child, incarnation)
      case .listen(let child, let incarnation): delegate?.listen(child, incarnation)
      case .adopt(let child, let incarnation): adopt(child, incarnation)
      case .signal(let child, let incarnation, let signal): send(signal, child, incarnation)
      case .exhume(let child): delegate?.exhume(child)
      case .setAside(let child, let message, let failures):
        delegate?.setAside(message, of: child, failures: failures)
      case .record(let decision): delegate?.record(decision)
      }
    }
    if !burials.isEmpty { delegate?.bury(burials) }
    if !settlements.isEmpty { delegate?.settleArchives(settlements) }
    if !later.isEmpty { delegate?.persist(later.map { (child: $0.key, state: $0.value) }, .soon) }
  }

  private func persistFirst(_ effects: [Effect]) {
    let first = effects.compactMap { effect -> (child: ChildID, state: DurableState)? in
      guard case .persist(let child, let state, .beforeActing) = effect else { return nil }
      return (child, state)
    }
    if !first.isEmpty { delegate?.persist(first, .beforeActing) }
  }

  private func spawn(_ child: ChildID, _ incarnation: Incarnation) {
    switch delegate?.launch(child, incarnation) {
    case .run(let request, let awaitsReadiness, let watchdog, let program):
      let fact = ChildEvent.spawned(
        incarnation, awaitsReadiness: awaitsReadiness, watchdog: watchdog, program: program)
      spawn(request, child, incarnation, program, reporting: fact)
    case .held(let process):
      holders[child] = .alive(process)
      report(.holderFound, of: child)
    case .impossible(let problem, _): report(.spawnFailed(incarnation, problem), of: child)
    case nil: report(.spawnFailed(incarnation, .resources), of: child)
    }
  }

  private func spawn(
    _ request: SpawnRequest, _ child: ChildID, _ incarnation: Incarnation, _ program: ProgramID,
    reporting fact: ChildEvent
  ) {
    do {
      let group = delegate?.controlGroup(of: child)
      var request = request
      request.controlGroup = try? group?.open()
      let process = try Spawn.run(request)
      let isInside = request.controlGroup != nil && process.cgroupRefusal == nil
      take(
        RunProcesses(
          child: child, incarnation: incarnation, leader: process.descriptor,
          group: isInside ? group : nil))
      if let group, !isInside {
        delegate?.launchedOutside(group, child, process.cgroupRefusal ?? .badFileDescriptor)
      }
      delegate?.launched(child, incarnation, pid: process.pid)
      report(fact, of: child)
    } catch {
      delegate?.spawnFailed(child, incarnation, error)
      report(.spawnFailed(incarnation, error.problem, program: program), of: child)
    }
  }

  private func adopt(_ child: ChildID, _ incarnation: Incarnation) {
    guard let earlier = holders.removeValue(forKey: child) else {
      return report(.emptied(incarnation), of: child)
    }
    take(
      RunProcesses(
        child: child, incarnation: incarnation, earlier: earlier,
        group: delegate?.controlGroup(of: child)))
  }

  private func send(_ signal: StopSignal, _ child: ChildID, _ incarnation: Incarnation) {
    guard let run = runs[child], run.incarnation == incarnation else { return }
    if run.isExternal && run.exit == nil && signal != .interrupt { gatherDescendants(run) }
    switch signal {
    case .interrupt: run.signal(.interrupt)
    case .terminate: run.signal(.terminate)
    case .abort: run.signal(.abort)
    case .kill: run.signal(.kill)
    }
    // In case that nothing could be watched: a look for each step of the stop.
    if run.exit != nil { bereaved.append(run) }
  }
}

extension SpawnFailure {
  /// Whose fault it is: a program that cannot be run, or a machine that has no room now.
  public var problem: SpawnProblem {
    switch stage {
    case .directory, .execute, .request: SpawnProblem(errno)
    case .stack, .clone, .placement, .subreaper, .descriptors, .terminal: .resources
    }
  }
}

extension SpawnProblem {
  /// Of a file that could not be opened or executed.
  package init(_ errno: Errno) { self = Self.exhaustion.contains(errno) ? .resources : .program }

  private static let exhaustion: Set<Errno> = [
    .noMemory, .resourceTemporarilyUnavailable, .tooManyOpenFiles, .tooManyOpenFilesInSystem,
    .ioError,
  ]
}

extension ChildDriver {
  /// The child to which a live process belongs, as its leader or in its session.
  ///
  /// `pid` must come from the kernel just now, such as a datagram's credentials.
  public func child(ofProcess pid: Int32) -> ChildID? {
    if let child = leaders[pid] { return child }
    return ProcessTable.session(pid).flatMap { leaders[$0] }
  }
}
