internal import SupervisionCore

extension SimulatedWorld {
  /// Faults cease: what runs obeys from here on.
  mutating func calmDown() {
    trace?.add("calm", at: now)
    isCalm = true
    effectsLeft = nil
    for child in children.indices {
      children[child].run?.behaviour.ignoresTerminate = false
      children[child].run?.behaviour.asksForTime = false
      children[child].run?.behaviour.resistsKill = .zero
    }
  }

  /// Every consumer goes away.
  mutating func leave() {
    trace?.add("everybody leaves", at: now)
    for child in children.indices {
      while children[child].consumers > 0 { detach(child) }
    }
  }

  /// Nothing will happen but that runs which consumers keep are found to be alive, for ever.
  var isQuiet: Bool {
    guard isCalm, queue.isEmpty, isUp, schedule.tuning.watchdogSeconds > 0 else { return false }
    return children.indices.allSatisfy { child in
      guard machine.deadline(of: ChildID(UInt32(child))) != nil else { return true }
      guard let run = children[child].liveRun, run.watchdog > .zero, !run.isHung else {
        return false
      }
      return children[child].consumers > 0
        && machine.state(of: ChildID(UInt32(child)))?.name == .running
    }
  }

  private func isEligible(_ child: Int) -> Bool {
    !children[child].hasTombstone && children[child].task == .open
  }

  /// With the consumers still there: whatever could be answered was answered.
  mutating func checkServed() {
    for child in children.indices {
      let id = ChildID(UInt32(child))
      guard isUp, let state = machine.state(of: id) else {
        return report(Violation(.settles, child: child, "there is no dispatcher"))
      }
      if let refused = children[child].record.refused {
        report(Violation(.durability, child: child, "\(refused) was never written"))
      }
      checkDesiredState(child, state)
      guard isEligible(child), state.name != .down, state.name != .parked else { continue }
      let pending = children[child].inbox.pending
      if pending > 0 {
        report(Violation(.served, child: child, "\(pending) messages wait, \(state)"))
      }
      if let run = children[child].liveRun, run.isHung, run.isOwn {
        report(Violation(.watched, child: child, "\(state), silent since \(run.lastSign)"))
      }
      if children[child].consumers > 0, children[child].liveRun == nil {
        report(Violation(.served, child: child, "a consumer waits, \(state)"))
      }
    }
  }

  private mutating func checkDesiredState(_ child: Int, _ state: ChildState) {
    let history = checker.children[child]
    let isGone = children[child].task == .gone && !children[child].hasTombstone
    if (state.name == .archived) == isEligible(child), !isGone {
      report(Violation(.desiredState, child: child, "\(state), eligible: \(isEligible(child))"))
    }
    if children[child].hasTombstone, !children[child].isSettled {
      report(Violation(.desiredState, child: child, "the archive was never acknowledged"))
    }
    if isEligible(child), (state.name == .down) != history.isDown {
      report(Violation(.desiredState, child: child, "\(state), down asked: \(history.isDown)"))
    }
    if state.name == .parked, history.parkedAt != nil, history.hasNewDemand {
      report(Violation(.parking, child: child, "parked although somebody new waits"))
    }
  }

  /// With nobody left: no process, no timer.
  mutating func checkSilence() {
    if let deadline = machine.nextDeadline {
      report(Violation(.silence, child: 0, "a timer is armed for \(deadline)"))
    }
    for child in children.indices {
      let isForeign = facts(child).hasUnknownForeigner
      if children[child].liveRun != nil, !isForeign {
        report(Violation(.idleOut, child: child, "a process lives and nobody wants it"))
      }
    }
  }
}
