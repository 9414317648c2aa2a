internal import LinuxSystem
internal import SupervisionCore

/// A child, with what the core does not keep of it.
final class SupervisedChild {
  let id: ChildID
  let specification: ChildSpecification
  /// Its work is done, and it is wanted no more until its demand comes anew or somebody starts it.
  var isFinished = false
  /// It is forgotten as soon as it has no process.
  var isLeaving = false
  /// Runs that did what they were for, which is what lets the delay ease.
  private(set) var usefulRuns: UInt64 = 0
  /// What the core was last told.
  private var isWanted = false
  private var judged = Incarnation(0)

  init(_ id: ChildID, _ specification: ChildSpecification) {
    self.id = id
    self.specification = specification
  }

  /// What the core must be told of the demand; nil when it knows.
  func demandChange() -> ChildEvent? {
    let isDemanded = specification.demand.isWanted()
    if !isDemanded { isFinished = false }
    let wants = isDemanded && !isFinished
    if wants == isWanted { return nil }
    isWanted = wants
    return wants ? .consumerAttached : .consumerDetached
  }

  /// A run is over: whether it was of use, and whether there is to be another one.
  func judge(_ stop: Stop, at now: Instant) {
    guard stop.run.incarnation != judged else { return }
    judged = stop.run.incarnation
    let succeeded = stop.exit == .exited(0)
    let stableRun = TimeSpan(specification.restartDelay.stableAfter)
    let lasted = now - stop.run.startedAt >= stableRun
    if stop.cause.isOwnDoing { isFinished = specification.restart.isLast(succeeded: succeeded) }
    if lasted || succeeded && isFinished { usefulRuns += 1 }
  }
}

extension RestartPolicy {
  /// Whether there is no run after one that ended by itself.
  fileprivate func isLast(succeeded: Bool) -> Bool {
    switch self {
    case .always: false
    case .onFailure: succeeded
    case .never: true
    }
  }
}

extension Stop.Cause {
  /// Whether the run, and nobody else, is the reason of its end.
  fileprivate var isOwnDoing: Bool {
    switch self {
    case .ownExit, .leaving, .startTimeout, .watchdog: true
    case .idle, .operatorStop, .archived, .shutdown, .swap: false
    }
  }
}
