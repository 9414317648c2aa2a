internal import SupervisionCore

/// What runs say of themselves.
extension SimulatedWorld {
  mutating func beginAnnouncing(_ behaviour: Behaviour, _ child: Int, _ watchdog: TimeSpan) {
    children[child].run?.watchdog = watchdog
    if watchdog > .zero { plan(.giveSign, child, after: watchdog.scaled(by: 0.5)) }
    if watchdog > .zero, let span = behaviour.hangsAfter { plan(.hang, child, after: span) }
    if let span = behaviour.breaksDownAfter { plan(.breakDown, child, after: span) }
    if let span = behaviour.leavesAfter { plan(.leave, child, after: span) }
    if let span = behaviour.changesWatchdogAfter { plan(.changeWatchdog, child, after: span) }
    if behaviour.asksForTime, !behaviour.isEverReady {
      plan(.askForTime, child, after: .seconds(1))
    }
  }

  /// A run takes its next step, unless it can take none; nobody hears one that was adopted.
  mutating func announce(_ step: ProcessStep, _ run: SimulatedRun, _ child: Int) {
    guard run.isLeaderAlive, !run.isHung, run.isOwn else { return }
    switch step {
    case .giveSign: giveSign(run, child)
    case .hang: hang(child)
    case .breakDown:
      children[child].run?.saidBroken = true
      say(.broken, run, child)
    case .leave: leave(run, child)
    case .changeWatchdog:
      // Longer than what it lives by, so that it keeps to either.
      if run.watchdog > .zero { say(.watchdog(run.watchdog.scaled(by: 2)), run, child) }
    case .askForTime: askForTime(run, child)
    case .becomeReady, .answerMessage, .end, .die, .loseLeftovers: break
    }
  }

  private mutating func say(_ announcement: Announcement, _ run: SimulatedRun, _ child: Int) {
    guard let incarnation = run.incarnation else { return }
    queueNews(.said(incarnation, announcement), child)
  }

  private mutating func giveSign(_ run: SimulatedRun, _ child: Int) {
    children[child].run?.lastSign = now
    say(.alive, run, child)
    if !isCalm { plan(.giveSign, child, after: run.watchdog.scaled(by: 0.5)) }
  }

  private mutating func hang(_ child: Int) {
    if !isCalm { children[child].run?.isHung = true }
  }

  private mutating func leave(_ run: SimulatedRun, _ child: Int) {
    say(.leaving, run, child)
    if run.behaviour.asksForTime { plan(.askForTime, child, after: .seconds(1)) }
    if run.behaviour.ignoresTerminate { return }
    plan(.end(run.behaviour.status), child, after: dice.milliseconds(upTo: 20_000))
  }

  private mutating func askForTime(_ run: SimulatedRun, _ child: Int) {
    guard run.behaviour.asksForTime else { return }
    say(.needsTime(.seconds(30)), run, child)
    plan(.askForTime, child, after: .seconds(20))
  }

  /// The dispatcher reads what the run has said; news of one child stays in order.
  ///
  /// In calm weather runs give signs only when they are listened to, for the history must end.
  mutating func listen(_ child: Int, _ incarnation: Incarnation) {
    if isCalm, let run = children[child].liveRun, run.incarnation == incarnation, run.isOwn,
      run.isLeaderAlive, !run.isHung
    {
      giveSign(run, child)
    }
    queueNews(.heard(incarnation), child)
  }
}
