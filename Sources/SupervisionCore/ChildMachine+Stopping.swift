extension ChildMachine {
  /// Asks the processes of the run to end.
  mutating func stop(
    _ cause: Stop.Cause, because clause: Clause, _ context: inout DecisionContext
  ) {
    let run: Run
    switch state {
    case .starting(let present), .running(let present): run = present
    case .resting, .stopping, .backoff, .parked, .down, .archived: return
    }
    let until = deadline(ofStop: cause, context)
    enter(
      .stopping(
        Stop(run: run, cause: cause, phase: .terminating(until: until), beganAt: context.now)),
      because: clause, &context)
    if run.process != .requested { ask(run, cause, &context) }
  }

  /// Who hangs is not asked politely; who is leaving need not be asked.
  private func ask(_ run: Run, _ cause: Stop.Cause, _ context: inout DecisionContext) {
    switch cause {
    case .leaving: break
    case .watchdog: signal(run, .abort, &context)
    case .idle, .operatorStop, .archived, .shutdown, .swap, .startTimeout, .ownExit:
      signal(run, .terminate, &context)
    }
  }

  func deadline(ofStop cause: Stop.Cause, _ context: DecisionContext) -> Instant {
    cause == .watchdog ? context.now + context.settings.killTimeout : stopDeadline(context)
  }

  /// A stop that is under way gets another purpose, and a nearer deadline if that one asks for it.
  mutating func redirect(_ stop: Stop, to cause: Stop.Cause, _ context: inout DecisionContext) {
    var stop = stop
    let wasAsked = stop.cause != .leaving
    if stop.cause != .ownExit { stop.cause = cause }
    switch stop.phase {
    case .settling: return finishStop(stop, &context)
    case .terminating(let until):
      stop.phase = .terminating(until: min(until, stopDeadline(context)))
    case .killing, .surviving: break
    }
    update(.stopping(stop))
    if !wasAsked, case .terminating = stop.phase { signal(stop.run, .terminate, &context) }
    reportSurvivor(stop, &context)
  }

  func stopDeadline(_ context: DecisionContext) -> Instant {
    context.now + (archiveGrace ?? context.settings.stopTimeout)
  }

  /// The process came into being after the stop was decided.
  mutating func signalLateComer(
    _ stop: Stop, as process: Run.Process, _ context: inout DecisionContext
  ) {
    guard stop.run.process == .requested else { return }
    var run = stop.run
    run.process = process
    if process == .external { context.effects.append(.adopt(id, run.incarnation)) }
    let late = Stop(
      run: run, cause: stop.cause, phase: .terminating(until: stopDeadline(context)),
      beganAt: context.now)
    update(.stopping(late))
    signal(run, .terminate, &context)
  }

  /// The stop was decided before the spawn, and the spawn failed: there is nothing to stop.
  mutating func abandonSpawn(_ stop: Stop, _ context: inout DecisionContext) {
    guard stop.run.process == .requested else { return }
    var stop = stop
    stop.exit = .neverStarted
    finishStop(stop, &context)
  }

  /// The leader ended and nobody had asked for it.
  mutating func endByItself(
    _ run: Run, _ status: ExitStatus, leftovers: Bool, _ context: inout DecisionContext
  ) {
    let stop = Stop(
      run: run, cause: .ownExit, phase: .settling, exit: status, beganAt: context.now)
    guard leftovers else { return settle(stop, because: .exitAsked, &context) }
    askLeftovers(of: stop, &context)
  }

  /// Nothing is left, which may be all that is known.
  mutating func endStop(_ stop: Stop, _ context: inout DecisionContext) {
    var stop = stop
    if stop.awaitsExit { stop.exit = .unknown }
    finishStop(stop, &context)
  }

  private mutating func askLeftovers(of stop: Stop, _ context: inout DecisionContext) {
    var stop = stop
    stop.phase = .terminating(until: stopDeadline(context))
    enter(.stopping(stop), because: .leftovers, exit: stop.exit, &context)
    signal(stop.run, .terminate, &context)
  }

  /// The leader ended during a stop; what it left is signalled the same way.
  mutating func continueStop(
    _ stop: Stop, _ status: ExitStatus, leftovers: Bool, _ context: inout DecisionContext
  ) {
    var stop = stop
    let wasAwaited = stop.awaitsExit
    if wasAwaited { stop.beganAt = context.now }
    if stop.exit == nil || stop.exit == .unknown { stop.exit = status }
    guard leftovers else { return finishStop(stop, &context) }
    if wasAwaited { return askLeftovers(of: stop, &context) }
    update(.stopping(stop))
    switch stop.phase {
    case .terminating: signal(stop.run, .terminate, &context)
    case .killing, .surviving: signal(stop.run, .kill, &context)
    case .settling: break
    }
  }

  /// A deadline of the stop sequence has passed.
  mutating func escalate(_ stop: Stop, _ context: inout DecisionContext) {
    guard let deadline = stop.deadline, deadline <= context.now,
      stop.run.process != .requested
    else { return }
    if let again = givenTimeAgain(stop, context) { return update(.stopping(again)) }
    var stop = stop
    let span = max(context.settings.killTimeout, .milliseconds(100))
    let next = context.now + span
    let clause: Clause
    switch stop.phase {
    case .terminating:
      stop.phase = .killing(until: next)
      stop.wasKilled = true
      clause = .stopTimeout
    case .killing, .surviving:
      // SIGKILL cannot be refused, only delayed by the kernel: look again, seldom.
      stop.phase = .surviving(until: context.now + span.scaled(by: 12))
      clause = .survived
    case .settling: return
    }
    enter(.stopping(stop), because: clause, &context)
    signal(stop.run, .kill, &context)
    reportSurvivor(stop, &context)
  }

  /// An archive that waits for what cannot die is told so.
  private func reportSurvivor(_ stop: Stop, _ context: inout DecisionContext) {
    guard case .surviving = stop.phase, burial == .standing else { return }
    context.effects.append(.settleArchive(id, .survived))
  }

  mutating func expireStart(_ context: inout DecisionContext) {
    guard case .starting(let run) = state, let deadline = run.startDeadline(context.settings),
      deadline <= context.now
    else { return }
    if let again = givenTimeAgain(run, context) { return update(.starting(again)) }
    stop(.startTimeout, because: .startTimeout, &context)
  }

  mutating func interrupt(_ run: Run, _ context: inout DecisionContext) {
    guard run.process != .requested else { return note(.nothingToInterrupt, &context) }
    var run = run
    run.interruptedAt = context.now
    if case .starting = state { update(.starting(run)) } else { update(.running(run)) }
    note(.interrupted, &context)
    signal(run, .interrupt, &context)
  }

  private func signal(_ run: Run, _ signal: StopSignal, _ context: inout DecisionContext) {
    context.effects.append(.signal(id, run.incarnation, signal))
  }
}
