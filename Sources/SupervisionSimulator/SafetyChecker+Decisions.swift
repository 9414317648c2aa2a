internal import SupervisionCore

extension SafetyChecker {
  mutating func checkSettlement(_ child: Int, _ outcome: HandlerOutcome, _ facts: ChildFacts) {
    if !facts.hasTombstone { fail(.tombstone, child, "settled without a tombstone") }
    if outcome != .survived { children[child].isArchiveAcknowledged = true }
  }

  mutating func checkSignal(
    _ child: Int, _ incarnation: Incarnation, _ signal: StopSignal, _ facts: ChildFacts,
    at now: Instant
  ) {
    // Who asked for a stop that the disk refuses to take is told so, and it is carried out.
    if children[child].isDown, !facts.isDownWritten, !facts.hasTombstone, !facts.isRefused {
      fail(.durability, child, "\(signal) before the stop was written")
    }
    switch signal {
    case .interrupt: break
    case .terminate:
      children[child].asked = incarnation
      // It crashed before it was asked, and nobody had heard of it: an end that was asked for.
      let isUnheard = facts.knownRun != incarnation || facts.hasUnheardEnd
      if isUnheard { children[child].lastFailure = nil }
    case .abort:
      children[child].asked = incarnation
      checkAbort(child, incarnation, facts, at: now)
    case .kill:
      if children[child].asked != incarnation { fail(.courtesy, child, "killed unasked") }
    }
  }

  /// What the run truly sent counts, not what the supervisor has heard of it.
  private mutating func checkAbort(
    _ child: Int, _ incarnation: Incarnation, _ facts: ChildFacts, at now: Instant
  ) {
    guard facts.knownRun == incarnation else { return }  // It ended meanwhile.
    if facts.saidBroken { return }
    guard let lastSign = facts.lastSign else {
      return fail(.patience, child, "\(incarnation) is aborted, and no sign was due from it")
    }
    if now - lastSign < facts.watchdog {
      fail(.patience, child, "\(incarnation) is aborted \(now - lastSign) after a sign")
    }
  }

  /// A process that came after the stop was decided has all of the timeout.
  ///
  /// Not where other settings came meanwhile: then nobody knows by which of them it was counted.
  mutating func lengthenStop(_ child: Int, at now: Instant) {
    let history = children[child]
    if history.lastState == .stopping, history.stopBeganAt != nil {
      children[child].stopBeganAt = now
    }
  }

  /// How long a stop may wait for what is asked politely, whatever that asks for.
  mutating func checkStopDeadline(_ child: Int, _ state: ChildState) {
    guard case .stopping(let stop) = state, case .terminating(let until) = stop.phase,
      let began = children[child].stopBeganAt
    else { return }
    // Who hangs is not asked politely, and gets what comes between two attempts to kill it.
    let polite = max(began + settings.extensionLimit, awakeSince) + settings.stopTimeout
    let aborted = max(began, awakeSince) + settings.killTimeout
    let last = stop.cause == .watchdog ? max(polite, aborted) : polite
    if until > last { fail(.extensions, child, "a stop may last \(until - began)") }
    guard let buriedAt = children[child].buriedAt else { return }
    let purged = max(buriedAt, began, awakeSince) + settings.stopTimeout
    if until > purged { fail(.extensions, child, "a purge is put off by \(until - purged)") }
  }

  mutating func checkExhumation(_ child: Int) {
    if !children[child].isRestoreAsked { fail(.tombstone, child, "removed, nobody asked") }
    children[child].isRestoreAsked = false
    children[child].buriedAt = nil
    children[child].isArchiveAcknowledged = false
    children[child].isDown = false
  }

  mutating func checkSetAside(_ child: Int, _ key: MessageKey, _ facts: ChildFacts) {
    if let first = facts.firstPending, key.value > first.value {
      fail(.order, child, "\(key) is set aside before \(first)")
    }
    // The failed run that leads to this is recorded right after it.
    let failures = children[child].poisonKey == key ? children[child].poisonFailures : 0
    if failures + 1 < settings.poisonLimit {
      fail(.order, child, "\(key) is set aside after \(failures + 1) failed runs")
    }
  }

  mutating func checkRecord(_ decision: Decision, _ facts: ChildFacts) {
    let child = Int(decision.child.number)
    let last = children[child].lastState
    if decision.from != last { fail(.record, child, "from \(decision.from), but it was \(last)") }
    children[child].lastState = decision.to
    // What a run left that ended unwatched is asked when its end was told.
    let isBeginning = decision.from != .stopping || decision.clause == .leftovers
    if decision.to == .stopping, isBeginning {
      children[child].stopBeganAt = decision.at
    }
    if decision.clause == .alreadyArchived, !facts.hasTombstone {
      fail(.tombstone, child, "called archived without a tombstone")
    }
    countFailure(decision)
    countOutage(decision)
    checkParking(decision)
  }

  /// A failed run with the same first message as the failed run before.
  private mutating func countFailure(_ decision: Decision) {
    guard decision.from == .stopping, decision.to != .stopping else { return }
    let child = Int(decision.child.number)
    switch decision.clause {
    case .crashed, .unproductive, .startTimeout, .watchdogTimeout, .crashLoop: break
    default: return
    }
    guard decision.exit != .neverStarted else { return }
    if isExcused(child, decision.exit) { return children[child].poisonKey = nil }
    let key = children[child].inbox.first
    let isSame = key != nil && key == children[child].poisonKey
    children[child].poisonFailures = isSame ? children[child].poisonFailures + 1 : 1
    children[child].poisonKey = key
  }

  private mutating func checkParking(_ decision: Decision) {
    guard decision.from != decision.to else { return }
    let child = Int(decision.child.number)
    if decision.to == .parked {
      children[child].parkedAt = decision.at
      // From `resting` a parking is only taken over from an earlier dispatcher.
      if decision.from != .resting { children[child].parkedNewest = children[child].inbox.newest }
      children[child].hasNewConsumer = false
    } else if decision.from == .parked {
      checkUnparking(decision, child)
      children[child].parkedAt = nil
    }
  }

  private mutating func checkUnparking(_ decision: Decision, _ child: Int) {
    switch decision.clause {
    case .operatorReset, .swapped, .operatorStop, .taskClosed, .archived, .staleTask, .adopted,
      .endedUnwatched:
      return
    case .parkedOver: break
    default: return fail(.parking, child, "ended by \(decision.clause)")
    }
    guard let parkedAt = children[child].parkedAt else { return }
    if !children[child].hasNewDemand { fail(.parking, child, "ended without new demand") }
    // A parking that was taken over from an earlier dispatcher began before this one saw it.
    let wasTakenOver = children[child].spawns.isEmpty
    if !wasTakenOver, decision.at - parkedAt < settings.backoff.cap {
      fail(.parking, child, "ended after \(decision.at - parkedAt)")
    }
  }
}
