internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

/// Keeps children running: each runs while it is wanted, and is started again when it fails.
///
/// One thread owns a supervisor and everything that it calls; nothing of it may be used on another.
/// While nothing happens it sleeps in the kernel, without a timer.
///
/// Each run is a session of its own, so that signals reach all of its processes; what a program
/// leaves behind when it ends is ended too. Therefore this process becomes a child subreaper, see
/// prctl(2), and a child of it that no supervisor started is taken for something that a run left: a
/// process has at most one supervisor, which starts all of its children. Exceptions are named to
/// `disregard(pid:)`.
///
/// SIGCHLD must not be ignored in this process, or the kernel keeps exit statuses to itself. A
/// supervisor that is let go of without `shutDown` leaves its children running, and nobody sees them
/// end.
public final class Supervisor {
  /// Told of everything that happens, in its order, at the end of the turn in which it happened.
  ///
  /// May call the supervisor, but for `run` and `turn`.
  public var onEvent: (SupervisionEvent) -> Void = { _ in }

  let driver: ChildDriver
  let children: ChildTable
  /// SIGTERM and SIGINT, while `run` listens to them.
  var endingSignals: SignalDescriptor?
  private(set) var isShuttingDown = false

  /// Makes this process a child subreaper, and opens an epoll descriptor, close-on-exec.
  ///
  /// Starts nothing. Does not block.
  public init() throws(SupervisionError) {
    let driver: ChildDriver = try Self.trying("prepare to supervise") { () throws(Errno) in
      try ChildSubreaper.enable()
      return try ChildDriver(settings: SupervisionSettings(), seed: RandomBytes.word())
    }
    self.driver = driver
    children = ChildTable(driver)
    driver.delegate = children
  }

  deinit { children.voices.removeFolder() }

  /// Begins to supervise a child; it is started in the next turn if it is wanted.
  ///
  /// Throws `SupervisionError.badSpecification` or `SupervisionError.duplicateChild`. A program
  /// that cannot be found is no error here: it may be there when it is wanted.
  public func add(_ specification: ChildSpecification) throws(SupervisionError) {
    try specification.check()
    guard children[specification.name] == nil else { throw .duplicateChild(specification.name) }
    let child = children.insert(specification)
    driver.register(child.id, Registration())
  }

  /// Ends a child's run, if there is one, and forgets the child when that is over.
  ///
  /// From now on nothing can be asked of it; its name is free when it is forgotten.
  public func remove(_ name: String) throws(SupervisionError) {
    let child = try child(name)
    child.isLeaving = true
    driver.report(.stopRequested, of: child.id)
  }

  /// Stops a child and keeps it stopped, whoever wants it, until `start`.
  public func stop(_ name: String) throws(SupervisionError) {
    driver.report(.stopRequested, of: try child(name).id)
  }

  /// Undoes `stop`; and lets a child run once more that has ended and was not to be started again.
  ///
  /// It starts if it is wanted, and no sooner than its back-off allows. A parked child stays parked:
  /// see `reset`.
  public func start(_ name: String) throws(SupervisionError) {
    let child = try child(name)
    child.isFinished = false
    driver.report(.startRequested, of: child.id)
    children.reconsider(child)
  }

  /// Ends the present run and starts the next one; that counts as no failure.
  public func restart(_ name: String) throws(SupervisionError) {
    let child = try child(name)
    child.isFinished = false
    driver.report(.restartRequested, of: child.id)
    children.reconsider(child)
  }

  /// Forgets a child's failures: it is parked no longer, nor does it wait.
  public func reset(_ name: String) throws(SupervisionError) {
    driver.report(.resetRequested, of: try child(name).id)
  }

  /// Asks the child's demand rule again.
  ///
  /// To be called when its answer may have changed; once too often does no harm.
  public func reconsider(_ name: String) throws(SupervisionError) {
    children.reconsider(try child(name))
  }

  /// Takes a child of this process that was not started here for somebody else's business.
  ///
  /// To be called before the process can end or lose its parent; for its orphans too, if it leaves
  /// any. Whoever started it reaps it, and says so to `regard(pid:)`.
  public func disregard(pid: Int32) { driver.unsupervised.insert(pid) }

  /// Ends what `disregard(pid:)` began: the number may come to mean a process of a run.
  ///
  /// To be called right after the process was reaped.
  public func regard(pid: Int32) { driver.unsupervised.remove(pid) }

  /// Stops every child, and starts none from here on.
  ///
  /// `run` returns when all of them have ended; whoever calls `turn` looks at `isFinished`.
  public func shutDown() {
    guard !isShuttingDown else { return }
    isShuttingDown = true
    driver.shutDown()
  }

  private func child(_ name: String) throws(SupervisionError) -> SupervisedChild {
    guard let child = children[name], !child.isLeaving else { throw .unknownChild(name) }
    return child
  }

  /// Makes an `Errno` an error that says what was tried.
  static func trying<Result>(
    _ attempt: String, _ body: () throws(Errno) -> Result
  ) throws(SupervisionError) -> Result {
    do throws(Errno) {
      return try body()
    } catch {
      throw .system(attempt: attempt, errno: error.rawValue, reason: "\(error)")
    }
  }
}
