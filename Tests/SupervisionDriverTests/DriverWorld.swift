import LinuxSystem
import SupervisionCore
import SupervisionDriver
import SystemPackage
import TestSupport

/// A delegate whose inboxes, tombstones and programs are plain values, over the real kernel.
final class DriverWorld: SupervisionDelegate {
  let driver: ChildDriver
  /// What each child runs: the arguments of test-child.
  var programs: [ChildID: [String]] = [:]
  var pending: [ChildID: Int] = [:]
  /// The control groups of children that have one.
  var groups: [ChildID: ControlGroup] = [:]
  private(set) var refusals: [Errno] = []
  var awaitsReadiness = false
  var executable: FilePath
  var environment: [String] = []
  private(set) var decisions: [Decision] = []
  private(set) var spawned: [Int32] = []
  private(set) var failures: [SpawnFailure] = []
  /// Of each run that is over, by its leader.
  private(set) var proofs: [Int32: DeathProof] = [:]
  private(set) var outcomes: [ChildID: HandlerOutcome] = [:]
  /// The state of the tombstone when each child was last told to end.
  private(set) var buried: Set<ChildID> = []
  private let null: Descriptor
  let folder: TemporaryDirectory

  init(_ settings: SupervisionSettings = DriverWorld.quick) throws {
    try ChildSubreaper.enable()
    driver = try ChildDriver(settings: settings, seed: 1)
    executable = try TestPrograms.path("test-child")
    null = try Descriptor.open("/dev/null", flags: 2)
    folder = try TemporaryDirectory()
    driver.delegate = self
  }

  /// Delays small enough for tests that wait for them to pass.
  static var quick: SupervisionSettings {
    var settings = SupervisionSettings()
    settings.stopTimeout = .milliseconds(200)
    settings.killTimeout = .seconds(20)
    settings.idleTimeout = .milliseconds(100)
    settings.startTimeout = .seconds(20)
    settings.backoff.first = .milliseconds(5)
    return settings
  }

  func add(_ number: UInt32, _ program: [String], earlier: EarlierRun? = nil) -> ChildID {
    let child = ChildID(number)
    programs[child] = program
    driver.register(child, Registration(), earlier: earlier)
    return child
  }

  /// Turns until the condition holds.
  ///
  /// Throws after `seconds`.
  func run(within seconds: Int64 = 30, until condition: () -> Bool) throws {
    let end = Clock.monotonic + seconds * 1_000_000_000
    while !condition() {
      guard Clock.monotonic < end else { throw FaultError("not reached in \(seconds) s: \(log)") }
      try driver.turn(deadline: min(end, Clock.monotonic + 20_000_000))
    }
  }

  /// Ends everything that this world started.
  func finish() throws {
    driver.shutDown()
    try run { driver.machine.liveIDs.isEmpty && !driver.hasWork }
  }

  func state(_ child: ChildID) -> ChildState.Name? { driver.machine.state(of: child)?.name }

  private var log: String {
    decisions.suffix(8).map { "\($0.child.number): \($0.from)→\($0.to) \($0.clause)" }
      .joined(separator: ", ")
  }

  func launch(_ child: ChildID, _ incarnation: Incarnation) -> LaunchPlan {
    let request = SpawnRequest(
      executable: executable, arguments: ["test-child"] + (programs[child] ?? ["hang"]),
      environment: environment,
      descriptors: (0...2).map { SpawnRequest.Inheritance(null, as: $0) }, isSubreaper: true)
    return .run(
      request, awaitsReadiness: awaitsReadiness, program: ProgramID(UInt64(child.number)))
  }

  func controlGroup(of child: ChildID) -> ControlGroup? { groups[child] }

  func launchedOutside(_ group: ControlGroup, _ child: ChildID, _ refusal: Errno) {
    refusals.append(refusal)
  }

  func launched(_ child: ChildID, _ incarnation: Incarnation, pid: Int32) { spawned.append(pid) }

  func spawnFailed(_ child: ChildID, _ incarnation: Incarnation, _ failure: SpawnFailure) {
    failures.append(failure)
  }

  func ended(_ child: ChildID, _ incarnation: Incarnation, pid: Int32, _ proof: DeathProof) {
    proofs[pid] = proof
  }

  func listen(_ child: ChildID, _ incarnation: Incarnation) {
    driver.report(.heard(incarnation), of: child)
  }

  func observeInbox(_ child: ChildID) {
    let count = pending[child] ?? 0
    driver.report(
      .inboxObserved(
        InboxObservation(pending: count, first: count > 0 ? MessageKey(1) : nil, newest: 1)),
      of: child)
  }

  func bury(_ children: [(child: ChildID, reason: ArchiveReason)]) {
    for (child, _) in children {
      buried.insert(child)
      driver.report(.tombstoned, of: child)
    }
  }

  func exhume(_ child: ChildID) {
    buried.remove(child)
    driver.report(.tombstoneRemoved, of: child)
  }

  func settleArchives(_ children: [(child: ChildID, outcome: HandlerOutcome)]) {
    for (child, outcome) in children { outcomes[child] = outcome }
  }

  func setAside(_ message: MessageKey, of child: ChildID, failures: Int) { pending[child] = 0 }

  func persist(
    _ states: [(child: ChildID, state: DurableState)], _ urgency: Effect.Urgency
  ) {}

  func record(_ decision: Decision) { decisions.append(decision) }
}
