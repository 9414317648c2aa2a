extension ChildMachine {
  /// The watchdog of a running child may have run out.
  ///
  /// Before a run is judged it gets a moment in which this supervisor is awake, since whatever kept
  /// the one from its work may have kept the other; and then it is listened to once more, since
  /// signs of life may wait unread. The judgement is `judgeWatchdog`'s.
  mutating func attendWatchdog(_ run: Run, _ context: inout DecisionContext) {
    guard var watchdog = run.watchdog, let due = watchdog.deadline, due <= context.now else {
      return
    }
    let tolerance = context.settings.watchdogTolerance
    if context.now - due > tolerance {
      watchdog.renew(at: context.now)
    } else if watchdog.phase == .waiting {
      watchdog.phase = .doubting(until: context.now + tolerance)
    } else {
      watchdog.phase = .listening(since: context.now)
      context.effects.append(.listen(id, run.incarnation))
    }
    update(run, watchdog)
  }

  /// Whatever the run had said was read: now silence is silence.
  mutating func judgeWatchdog(_ context: inout DecisionContext) {
    // A sign that came meanwhile has ended the listening, and so has the end of the run.
    guard case .running(let run) = state, case .listening = run.watchdog?.phase else { return }
    stop(.watchdog, because: .watchdogTimeout, &context)
  }

  mutating func renewWatchdog(_ run: Run, _ context: inout DecisionContext) {
    guard var watchdog = run.watchdog else { return }
    watchdog.renew(at: context.now)
    update(run, watchdog)
  }

  private mutating func update(_ run: Run, _ watchdog: Watchdog) {
    var run = run
    run.watchdog = watchdog
    update(.running(run))
  }

  /// The run chose another span; a process that is not ours cannot be heard, so it has none.
  mutating func setWatchdog(_ run: Run, _ span: TimeSpan, _ context: inout DecisionContext) {
    guard run.process == .own else { return }
    var run = run
    run.watchdog = Watchdog(span: span, from: context.now)
    if case .starting = state { update(.starting(run)) } else { update(.running(run)) }
  }

  mutating func tripWatchdog(_ run: Run, _ context: inout DecisionContext) {
    guard run.process == .own else { return }
    stop(.watchdog, because: .watchdogTimeout, &context)
  }
}
