internal import SupervisionCore

/// What the checker remembers of one child's part in outages.
struct TryHistory {
  /// What the last run was.
  var program = ProgramID.unknown
  var startedAt = Instant(nanoseconds: 0)
  var answeredAtStart: UInt64 = 0
  var isForeign = false
  /// How the last run failed that others may have failed like; nil since one was of use.
  var lastFailure: FailureKind?
  /// The last run began in an outage.
  var isTry = false
  /// The try has just done well.
  var mayEndOutage = false
  /// It waits because others failed like it.
  var waitsForOthers = false
}

/// The checker's account of runs that failed alike.
struct OutageAccount {
  /// When each child last failed so, while it is no outage.
  var failures: [Int: Instant] = [:]
  var isOutage = false
  /// Who was started last, and when; nil when that one has ended.
  var tried: (by: Int, at: Instant)?
  /// Nobody starts before this.
  var notBefore = Instant(nanoseconds: .min)
  /// When it last failed, or was tried or hastened.
  var changedAt = Instant(nanoseconds: .min)
}

extension SafetyChecker {
  var longestTry: TimeSpan { max(settings.backoff.cap, settings.outage.delay) }

  /// A child starts.
  mutating func checkOutage(_ child: Int, at now: Instant) {
    children[child].tries.program = .unknown
    children[child].tries.isForeign = false
    children[child].tries.answeredAtStart = children[child].inbox.answered
    children[child].tries.isTry = false
    guard let kind = children[child].tries.lastFailure, let account = outages[kind],
      account.isOutage
    else { return }
    if let other = account.tried, now - other.at < longestTry {
      fail(.outage, child, "starts while child \(other.by) tries")
    }
    if now < account.notBefore {
      fail(.outage, child, "starts \(account.notBefore - now) too early in an outage")
    }
    children[child].tries.isTry = true
    outages[kind]?.tried = (child, now)
    outages[kind]?.changedAt = now
  }

  mutating func noteProgram(_ program: ProgramID, _ child: Int, _ incarnation: Incarnation) {
    if incarnation == children[child].highest { children[child].tries.program = program }
  }

  /// The child's inbox was read.
  mutating func judgeTry(_ child: Int, at now: Instant) {
    let tries = children[child].tries
    let inbox = children[child].inbox
    guard tries.isTry, children[child].lastState == .running else { return }
    let lasted = now - tries.startedAt >= settings.backoff.stableRun
    guard inbox.answered > tries.answeredAtStart || lasted && inbox.pending == 0 else { return }
    children[child].tries.isTry = false
    if let kind = tries.lastFailure, outages[kind]?.isOutage == true {
      children[child].tries.mayEndOutage = true
    } else {
      children[child].tries.lastFailure = nil
    }
  }

  /// An operator asks for the child by name.
  mutating func hastenTry(_ child: Int, at now: Instant) {
    let waits = children[child].lastState == .backoff || children[child].lastState == .parked
    guard waits, let kind = children[child].tries.lastFailure else { return }
    hasten(kind, at: now)
  }

  private mutating func hasten(_ kind: FailureKind, at now: Instant) {
    outages[kind]?.tried = nil
    outages[kind]?.notBefore = now
    outages[kind]?.changedAt = now
  }

  mutating func countOutage(_ decision: Decision) {
    let child = Int(decision.child.number)
    switch decision.clause {
    case .spawned: children[child].tries.startedAt = decision.at
    case .adopted, .endedUnwatched:
      children[child].tries.startedAt = decision.at
      children[child].tries.isForeign = true
      if decision.from != .starting {
        children[child].tries.answeredAtStart = children[child].inbox.answered
        children[child].tries.isTry = false
      }
    case .outageBegan where decision.from != .stopping: checkRecalled(child, decision)
    case .outageBegan: beginOutage(child, decision)
    case .outageOver: endOutage(child, decision)
    default: forgetFailure(child, decision)
    }
    countEnd(child, decision)
    noteWaiting(child, decision)
  }

  private mutating func beginOutage(_ child: Int, _ decision: Decision) {
    guard let kind = kind(child, decision.exit) else {
      return fail(.outage, child, "\(decision.exit, default: "no end") is taken for an outage")
    }
    var account = outages[kind] ?? OutageAccount()
    account.failures[child] = decision.at
    if account.isOutage || !hasTooMany(account, at: decision.at) {
      fail(.outage, child, "failures at \(account.failures) are taken for an outage")
    }
    account.isOutage = true
    account.failures = [:]
    account.notBefore = decision.at + settings.outage.delay
    account.changedAt = decision.at
    outages[kind] = account
  }

  private mutating func endOutage(_ child: Int, _ decision: Decision) {
    let tries = children[child].tries
    guard let kind = tries.lastFailure, outages[kind]?.isOutage == true,
      tries.mayEndOutage || tries.isTry && decision.from == .stopping
    else { return fail(.outage, child, "an outage is over and nobody showed it") }
    outages[kind] = nil
    // Who waited for it waits for nobody any more, also if another one begins before it looks again.
    for other in children.indices where children[other].tries.lastFailure == kind {
      children[other].tries.waitsForOthers = false
    }
    children[child].tries.lastFailure = nil
    children[child].tries.isTry = false
    children[child].tries.mayEndOutage = false
  }

  /// A run that answered something, or ended well, clears its child.
  private mutating func forgetFailure(_ child: Int, _ decision: Decision) {
    guard decision.from == .stopping, decision.to != .stopping else { return }
    let hasAnswered = children[child].inbox.answered > children[child].tries.answeredAtStart
    if decision.clause == .exitedClean || decision.clause == .exitAsked && hasAnswered {
      children[child].tries.lastFailure = nil
    }
  }

  /// A decision that leaves a child without a process.
  private mutating func countEnd(_ child: Int, _ decision: Decision) {
    switch decision.to {
    case .starting, .running, .stopping: return
    case .resting, .backoff, .parked, .down, .archived: break
    }
    switch decision.clause {
    case .crashed, .unproductive, .startTimeout, .watchdogTimeout, .crashLoop, .spawnFailed:
      if decision.from == .stopping { noteFailure(child, decision) }
    default: break
    }
    for kind in outages.keys where outages[kind]?.tried?.by == child {
      hasten(kind, at: decision.at)
    }
  }

  private mutating func noteFailure(_ child: Int, _ decision: Decision) {
    guard let kind = kind(child, decision.exit) else { return }
    children[child].tries.lastFailure = kind
    for tried in outages.keys where outages[tried]?.tried?.by == child {
      outages[tried]?.tried = nil
      outages[tried]?.notBefore = decision.at + settings.outage.delay
      outages[tried]?.changedAt = decision.at
    }
    if outages[kind]?.isOutage == true { return }
    outages[kind, default: OutageAccount()].failures[child] = decision.at
    if let account = outages[kind], hasTooMany(account, at: decision.at) {
      fail(.outage, child, "failures at \(account.failures) are taken for no outage")
    }
  }

  /// Whether what all of them need is gone, so that no message is at fault.
  func isExcused(_ child: Int, _ exit: ExitStatus?) -> Bool {
    guard let kind = kind(child, exit), !kind.mayBeOfMessage else { return false }
    return outages[kind]?.isOutage == true
  }

  private func hasTooMany(_ account: OutageAccount, at now: Instant) -> Bool {
    let recent = account.failures.values.count { now - $0 <= settings.outage.window }
    return recent >= settings.outage.limit
  }

  /// Signals tell nothing but those of a program's own faults.
  private func kind(_ child: Int, _ exit: ExitStatus?) -> FailureKind? {
    guard let exit, !children[child].tries.isForeign else { return nil }
    switch exit {
    case .unknown: return nil
    case .signaled(let number) where number != 6 && number != 11: return nil
    case .signaled, .exited, .neverStarted: break
    }
    return FailureKind(exit, of: children[child].tries.program)
  }
}
