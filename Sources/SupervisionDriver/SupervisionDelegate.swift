public import LinuxSystem
public import SupervisionCore
public import SystemPackage

/// What the driver cannot know: what a child is, where its messages are, what must be written down.
///
/// All calls come from the loop's thread. None may call into the driver except `report`.
public protocol SupervisionDelegate: AnyObject {
  /// What to run for this incarnation. Called right before the spawn; must not block.
  func launch(_ child: ChildID, _ incarnation: Incarnation) -> LaunchPlan

  /// The control group that holds a child's runs and nothing else, if there is one: it exists.
  ///
  /// Asked for after `launch`, and when a process is adopted. None unless implemented.
  func controlGroup(of child: ChildID) -> ControlGroup?

  /// The kernel did not let the process into the group; it runs all the same, with no group.
  func launchedOutside(_ group: ControlGroup, _ child: ChildID, _ refusal: Errno)

  /// The process of this incarnation exists. Not called for adopted ones.
  func launched(_ child: ChildID, _ incarnation: Incarnation, pid: Int32)

  /// The process could not be made; the core is told separately.
  func spawnFailed(_ child: ChildID, _ incarnation: Incarnation, _ failure: SpawnFailure)

  /// The last process of the run is gone, whatever the core makes of it.
  func ended(_ child: ChildID, _ incarnation: Incarnation, pid: Int32, _ proof: DeathProof)

  /// Read what the run has said of itself, report it, then report `heard`. Whatever goes wrong.
  func listen(_ child: ChildID, _ incarnation: Incarnation)

  /// Look at the inbox, now or soon, then report `inboxObserved`. Whatever goes wrong, it is reported.
  func observeInbox(_ child: ChildID)

  /// Write tombstones, durably and together, then report `tombstoned` or `tombstoneFailed` of each.
  func bury(_ children: [(child: ChildID, reason: ArchiveReason)])

  /// Remove a tombstone, durably, then report `tombstoneRemoved`.
  func exhume(_ child: ChildID)

  /// No process of these archived children is left, or what is left cannot die.
  func settleArchives(_ children: [(child: ChildID, outcome: HandlerOutcome)])

  func setAside(_ message: MessageKey, of child: ChildID, failures: Int)

  /// Write what must survive. `.beforeActing`: durable when this returns. `.soon`: safe from this
  /// process's death when this returns, from a power cut within a moment.
  func persist(_ states: [(child: ChildID, state: DurableState)], _ urgency: Effect.Urgency)

  func record(_ decision: Decision)
}

extension SupervisionDelegate {
  public func controlGroup(of child: ChildID) -> ControlGroup? { nil }

  public func launchedOutside(_ group: ControlGroup, _ child: ChildID, _ refusal: Errno) {}
}

/// How it is known that nothing is left of a run, beside the pidfd of each of its processes.
public struct DeathProof: Hashable, Sendable {
  /// Processes that this one has reaped as their parent; none of an adopted run.
  public let reaped: Int
  /// Whether the kernel has said that the leader's process group is empty; false where it could not
  /// be asked.
  public let isGroupEmpty: Bool

  public init(reaped: Int, isGroupEmpty: Bool) {
    self.reaped = reaped
    self.isGroupEmpty = isGroupEmpty
  }
}

/// How a child's next run comes about.
public enum LaunchPlan {
  /// Run this. `awaitsReadiness`: the child will say when it is ready. `watchdog`: within so much it
  /// gives a sign of life; zero: it need not. `program`: the same for children whose failures may
  /// have one cause.
  case run(
    SpawnRequest, awaitsReadiness: Bool, watchdog: SupervisionCore.TimeSpan = .zero,
    program: ProgramID)
  /// A live process that is not ours holds the child's lock.
  case held(ProcessDescriptor)
  /// It cannot be tried; `reason` is for the log.
  case impossible(SpawnProblem, reason: String)
}
