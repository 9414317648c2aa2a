internal import SupervisionCore

extension SimulatedWorld {
  // MARK: What the dispatcher does to processes

  /// Takes the session lock and starts the program; a live holder keeps the lock.
  mutating func spawn(_ child: Int, _ incarnation: Incarnation) {
    if children[child].liveRun != nil { return queueNews(.holderFound, child) }
    if !isReserved(incarnation, child), fault != .startsUnreserved {
      return queueProcessNews(.spawnFailed(incarnation, .resources), child)
    }
    let behaviour = isCalm ? Behaviour.good : self.behaviour ?? Behaviour(&dice, schedule.faults)
    switch behaviour.birth {
    case .badProgram:
      checker.ranBadly(child, at: now)
      let program = children[child].program
      return queueProcessNews(.spawnFailed(incarnation, .program, program: program), child)
    case .noResources: return queueProcessNews(.spawnFailed(incarnation, .resources), child)
    case .works: break
    }
    checker.began(child, incarnation)
    start(behaviour, child, isForeign: false)
    children[child].run?.isOwn = true
    children[child].run?.isKept = schedule.tuning.hasKeeper
    children[child].unjudged = nil
    children[child].idleRun = nil
    children[child].run?.incarnation = incarnation
    children[child].run?.answersKnown = checker.children[child].inbox.answered
    let watchdog = TimeSpan.seconds(schedule.tuning.watchdogSeconds)
    queueProcessNews(
      .spawned(
        incarnation, awaitsReadiness: behaviour.awaitsReadiness, watchdog: watchdog,
        program: children[child].program), child)
    beginAnnouncing(behaviour, child, watchdog)
  }

  /// Whether the disk says that the number may be used, so that nobody uses it again.
  private func isReserved(_ incarnation: Incarnation, _ child: Int) -> Bool {
    incarnation <= reserved(child)
  }

  /// The child's own, or everybody's.
  func reserved(_ child: Int) -> Incarnation {
    max(children[child].record.reserved, sharedReservation)
  }

  mutating func start(_ behaviour: Behaviour, _ child: Int, isForeign: Bool) {
    runs += 1
    var run = SimulatedRun(
      serial: runs, behaviour: behaviour, startedAt: now, isOwn: false, lastSign: now)
    run.isForeign = isForeign
    children[child].run = run
    if behaviour.isEverReady {
      plan(.becomeReady, child, after: dice.milliseconds(upTo: 200))
    }
    if let span = behaviour.endsAfter { plan(.end(behaviour.status), child, after: span) }
  }

  /// Begins to watch the holder, which may be gone by now.
  mutating func adopt(_ child: Int, _ incarnation: Incarnation) {
    let run = children[child].liveRun
    guard let run, run.isLeaderAlive else {
      if run != nil { children[child].run?.incarnation = incarnation }
      return tellOfUnwatchedEnd(child, incarnation, leftovers: run != nil)
    }
    children[child].run?.incarnation = incarnation
    // Nobody waits for the readiness of a holder, so one that hangs must end by itself.
    if !children[child].isRunEverReady || run.isHung {
      plan(.end(.exited(1)), child, after: .seconds(90))
    }
  }

  private mutating func tellOfUnwatchedEnd(
    _ child: Int, _ incarnation: Incarnation, leftovers: Bool
  ) {
    let status = children[child].unjudged ?? .unknown
    let isBad = status != .unknown && status != .exited(0)
    if isBad, isJudged(child) { checker.ranBadly(child, at: now) }
    queueProcessNews(.exited(incarnation, status, leftovers: leftovers), child)
  }

  /// Nobody asks whether it failed of what is to be dead or down.
  private func isJudged(_ child: Int) -> Bool {
    let present = children[child]
    guard case .stopping(let stop)? = machine.state(of: ChildID(UInt32(child))) else {
      return false
    }
    let isWanted = present.task == .open && !present.hasTombstone && !present.record.state.isDown
    return stop.cause == .ownExit && isWanted
  }

  /// The dispatcher hears of an end; the keeper forgets a run when it has seen the last of it.
  mutating func noteEnd(_ event: ChildEvent, _ child: Int) {
    switch event {
    case .exited(let incarnation, _, let leftovers) where isCurrent(incarnation, child):
      hearIdleEnd(child)
      children[child].run?.isEndHeard = true
      if !leftovers { children[child].unjudged = nil }
    case .emptied(let incarnation) where isCurrent(incarnation, child):
      children[child].unjudged = nil
    case .inboxObserved: judgeIdleRun(child)
    default: break
    }
  }

  private func isCurrent(_ incarnation: Incarnation, _ child: Int) -> Bool {
    machine.state(of: ChildID(UInt32(child)))?.incarnation == incarnation
  }

  mutating func killKeeper() {
    for child in children.indices {
      children[child].run?.isKept = false
      children[child].unjudged = nil
    }
  }

  mutating func deliver(_ signal: StopSignal, _ child: Int, _ incarnation: Incarnation) {
    // Asked, as far as the dispatcher knows, which has not heard of the end yet.
    let isUnknownEnd = !children[child].isIdleEndKnown
    if isUnknownEnd, children[child].idleRun?.incarnation == incarnation {
      children[child].idleRun = nil
    }
    guard let run = children[child].liveRun, run.incarnation == incarnation else { return }
    children[child].run?.wasSignalled = true
    switch signal {
    case .interrupt:
      // The whole group gets it, and who has no use for it dies of it.
      if run.behaviour.leftovers == .mild, !run.behaviour.areApart {
        children[child].run?.behaviour.leftovers = .none
      }
      if run.behaviour.diesOfInterrupt { plan(.end(.signaled(2)), child, after: reaction()) }
    case .terminate: terminate(run, child)
    case .abort: abort(run, child)
    case .kill: plan(.die, child, after: run.behaviour.resistsKill)
    }
  }

  private mutating func abort(_ run: SimulatedRun, _ child: Int) {
    checker.ranBadly(child, at: now)
    if run.isLeaderAlive, !run.behaviour.ignoresTerminate {
      plan(.end(.signaled(6)), child, after: reaction())
    }
  }

  private mutating func terminate(_ run: SimulatedRun, _ child: Int) {
    if run.behaviour.asksForTime { plan(.askForTime, child, after: .seconds(1)) }
    if run.isLeaderAlive, !run.behaviour.ignoresTerminate {
      plan(.end(dice.chance(50) ? .exited(0) : .signaled(15)), child, after: reaction())
    }
    if run.hasLeftovers, run.behaviour.leftovers == .mild {
      plan(.loseLeftovers, child, after: reaction())
    }
  }

  private mutating func reaction() -> TimeSpan {
    dice.milliseconds(upTo: dice.chance(20) && !isCalm ? 20_000 : 50)
  }

  mutating func plan(_ step: ProcessStep, _ child: Int, after span: TimeSpan) {
    guard let run = children[child].run else { return }
    queue.add(.process(child, run: run.serial, step), at: now + span)
  }

  // MARK: What processes do

  mutating func take(_ step: ProcessStep, _ child: Int, run serial: Int) {
    guard let run = children[child].liveRun, run.serial == serial else { return }
    switch step {
    case .becomeReady: becomeReady(run, child)
    case .answerMessage: answerMessage(run, child)
    case .end(let status): end(run, child, status)
    case .die: die(run, child)
    case .loseLeftovers: loseLeftovers(run, child)
    case .giveSign, .hang, .breakDown, .leave, .changeWatchdog, .askForTime:
      announce(step, run, child)
    }
  }

  private mutating func becomeReady(_ run: SimulatedRun, _ child: Int) {
    guard run.isLeaderAlive, !run.isHung else { return }
    children[child].run?.isReady = true
    if run.behaviour.awaitsReadiness, let incarnation = run.incarnation {
      queueProcessNews(.ready(incarnation), child)
    }
    readInbox(child)
  }

  /// A handler that is ready and has nothing in hand takes the first waiting message.
  mutating func readInbox(_ child: Int) {
    guard let run = children[child].liveRun, run.isLeaderAlive, run.isReady, !run.isAnswering,
      !run.isHung,
      children[child].inbox.pending > 0
    else { return }
    children[child].run?.isAnswering = true
    plan(.answerMessage, child, after: run.behaviour.answersAfter)
  }

  private mutating func answerMessage(_ run: SimulatedRun, _ child: Int) {
    guard run.isLeaderAlive, !run.isHung else { return }
    if children[child].inbox.isFirstPoison { return end(run, child, .signaled(6)) }
    children[child].run?.isAnswering = false
    children[child].run?.answered += 1
    children[child].inbox.answerFirst(at: now)
    if run.isForeign { children[child].hadForeignAnswers = true }
    trace?.add("child \(child) has a message answered", at: now)
    readInbox(child)
  }

  private mutating func end(_ run: SimulatedRun, _ child: Int, _ status: ExitStatus) {
    guard run.isLeaderAlive else { return }
    children[child].run?.isLeaderAlive = false
    children[child].run?.hasLeftovers = run.behaviour.leftovers != .none && !isCalm
    let leftovers = children[child].run?.hasLeftovers ?? false
    trace?.add("child \(child) ends: \(status)", at: now)
    judge(run, child, status)
    if run.isKept { children[child].unjudged = status }
    guard let incarnation = run.incarnation else { return }
    let seen = run.isOwn || run.isKept ? status : .unknown
    if seen == .unknown, !leftovers, dice.chance(50) {
      queueProcessNews(.emptied(incarnation), child)
    } else {
      queueProcessNews(.exited(incarnation, seen, leftovers: leftovers), child)
    }
  }

  private mutating func judge(_ run: SimulatedRun, _ child: Int, _ status: ExitStatus) {
    guard run.isOwn || run.isKept, !run.wasSignalled, isUp else { return }
    if machine.state(of: ChildID(UInt32(child)))?.name == .stopping { return }  // It was asked to.
    guard status == .exited(0) else { return checker.ranBadly(child, at: now) }
    // What an adopted run did before is not known.
    if run.isOwn {
      children[child].idleRun = run
      children[child].isIdleEndKnown = false
    }
  }

  /// A run that ended well has failed if it did nothing in its minute.
  ///
  /// Which ends when its end is heard of. Who was asked to end has done what was asked.
  private mutating func hearIdleEnd(_ child: Int) {
    guard let run = children[child].idleRun else { return }
    let state = machine.state(of: ChildID(UInt32(child)))
    let lasted = now - run.startedAt >= settings.backoff.stableRun
    if state?.incarnation == run.incarnation, state?.name != .stopping, !lasted {
      children[child].isIdleEndKnown = true
    } else {
      children[child].idleRun = nil
    }
  }

  /// What it did is known when the inbox was read: until then others may have answered in its place.
  private mutating func judgeIdleRun(_ child: Int) {
    guard let run = children[child].idleRun, children[child].isIdleEndKnown,
      case .stopping(let stop)? = machine.state(of: ChildID(UInt32(child))), stop.phase == .settling
    else { return }
    children[child].idleRun = nil
    guard isJudged(child), stop.run.incarnation == run.incarnation else { return }
    // Answers of an earlier run may be seen only now, and whose they were cannot be told.
    let hasNewAnswers = children[child].inbox.answered > run.answersKnown
    if !hasNewAnswers && !children[child].hadForeignAnswers { checker.ranBadly(child, at: now) }
  }

  private mutating func die(_ run: SimulatedRun, _ child: Int) {
    let wasLeader = run.isLeaderAlive
    children[child].run?.isLeaderAlive = false
    children[child].run?.hasLeftovers = false
    if wasLeader, run.isKept { children[child].unjudged = .signaled(9) }
    guard let incarnation = run.incarnation else { return }
    if wasLeader {
      let status = run.isOwn || run.isKept ? ExitStatus.signaled(9) : .unknown
      queueProcessNews(.exited(incarnation, status, leftovers: false), child)
    } else {
      queueProcessNews(.emptied(incarnation), child)
    }
  }

  private mutating func loseLeftovers(_ run: SimulatedRun, _ child: Int) {
    guard run.hasLeftovers else { return }
    children[child].run?.hasLeftovers = false
    guard let incarnation = run.incarnation else { return }
    queueProcessNews(.emptied(incarnation), child)
  }
}
