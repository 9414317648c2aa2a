extension ChildMachine {
  /// Decides where a child without a process belongs.
  ///
  /// The only way to a new run. Rules 2, 5, 13.
  mutating func rest(
    because clause: Clause, exit: ExitStatus? = nil, _ context: inout DecisionContext
  ) {
    if mustBeArchived {
      enter(.archived, because: clause, exit: exit, &context)
    } else if isDown {
      enter(.down, because: clause, exit: exit, &context)
    } else {
      enter(.resting, because: clause, exit: exit, &context)
      decideToSpawn(&context)
    }
  }

  /// After a time in which nobody looked at the inbox: looks, and decides when the answer comes.
  mutating func lookAndRest(because clause: Clause, _ context: inout DecisionContext) {
    observe(&context)
    rest(because: clause, &context)
  }

  /// From `resting`: starts a run if it is wanted and nothing forbids it.
  mutating func decideToSpawn(_ context: inout DecisionContext) {
    guard context.settings.startsChildren, !context.isShuttingDown else { return }
    guard !isObserving, demand.isPresent, burial == .none, !isTaskGone else { return }
    if let (until, clause) = earliestSpawn(&context) {
      enter(.backoff(until: until), because: clause, &context)
    } else {
      spawn(&context)
    }
  }

  /// When the back-off or a budget allows the next run; nil for now.
  private mutating func earliestSpawn(
    _ context: inout DecisionContext
  ) -> (Instant, because: Clause)? {
    let now = context.now
    if let holdUntil, holdUntil > now { return (holdUntil, .backingOff) }
    let settings = context.settings
    if let until = nextTry(&context) { return (until, .outage) }
    let own = budget.nextAllowed(settings.childBudget, at: now)
    let shared = context.daemonBudget.nextAllowed(settings.daemonBudget, at: now)
    return [own, shared].compactMap { $0 }.max().map { ($0, .budgetSpent) }
  }

  private mutating func spawn(_ context: inout DecisionContext) {
    budget.spend(context.settings.childBudget, at: context.now)
    context.daemonBudget.spend(context.settings.daemonBudget, at: context.now)
    var run = newRun(at: context.now)
    run.lookAt = beginTry(&context)
    reserveIncarnations(&context)
    let clause: Clause = demand.consumers > 0 ? .consumerWaits : .messageWaits
    enter(.starting(run), because: clause, &context)
    context.effects.append(.spawn(id, run.incarnation))
  }

  /// The next run, numbered.
  mutating func newRun(at now: Instant) -> Run {
    lastIncarnation = lastIncarnation.next
    return Run(
      incarnation: lastIncarnation, process: .requested, startedAt: now,
      answeredAtStart: demand.inbox.answered)
  }

  /// Numbers are reserved on disk in blocks, so that a spawn seldom waits for the disk.
  private mutating func reserveIncarnations(_ context: inout DecisionContext) {
    guard lastIncarnation > highestReserved else { return }
    reservedIncarnation = lastIncarnation.advanced(by: 63)
    persist(.beforeActing, &context)
  }

  /// The process exists.
  mutating func begin(_ run: Run, _ event: ChildEvent, _ context: inout DecisionContext) {
    guard run.process == .requested,
      case .spawned(_, let awaitsReadiness, let watchdog, let program) = event
    else { return }
    var run = run
    run.process = .own
    run.program = program
    run.startedAt = context.now
    run.watchdog = Watchdog(span: watchdog, from: context.now)
    if awaitsReadiness {
      update(.starting(run))
      note(.spawned, &context)
    } else {
      enter(.running(run), because: .spawned, &context)
    }
  }

  mutating func becomeReady(_ run: Run, _ context: inout DecisionContext) {
    guard run.process != .requested else { return }
    var run = run
    run.watchdog?.renew(at: context.now)
    enter(.running(run), because: .ready, &context)
  }

  /// The lock is held by a live process that is not ours: that process is the run (rule 9).
  mutating func adopt(_ run: Run, _ context: inout DecisionContext) {
    guard run.process == .requested else { return }
    enter(.running(takenOver(run, &context)), because: .adopted, &context)
    if mustBeArchived {
      stop(.archived, because: .archiving, &context)
    } else if isDown {
      stop(.operatorStop, because: .operatorStop, &context)
    } else if context.isShuttingDown {
      stop(.shutdown, because: .shutdown, &context)
    }
  }

  /// The run of an earlier supervisor ended by itself while nobody watched, and its exit will be told.
  ///
  /// So there is nothing left to be asked to end, whoever wants it to: that would hide how it ended.
  mutating func adoptEnded(_ run: Run, _ context: inout DecisionContext) {
    let stop = Stop(
      run: takenOver(run, &context), cause: .ownExit,
      phase: .terminating(until: stopDeadline(context)), beganAt: context.now)
    enter(.stopping(stop), because: .endedUnwatched, &context)
  }

  private mutating func takenOver(_ run: Run, _ context: inout DecisionContext) -> Run {
    var run = run
    run.process = .external
    run.startedAt = context.now
    reserveIncarnations(&context)
    context.effects.append(.adopt(id, run.incarnation))
    return run
  }

  /// The program could not be started: a failed run when it is the program's fault, else a delay.
  mutating func failToSpawn(_ run: Run, _ event: ChildEvent, _ context: inout DecisionContext) {
    guard case .spawnFailed(_, let problem, let program) = event else { return }
    var run = run
    switch problem {
    case .program:
      run.program = program
      settle(
        Stop(
          run: run, cause: .ownExit, phase: .settling, exit: .neverStarted, beganAt: context.now),
        because: .spawnFailed, &context)
    case .resources:
      hold(&context)
      rest(because: .spawnDenied, exit: .neverStarted, &context)
      observe(&context)
    }
  }

  /// Lets the delay grow and forbids a run until it has passed.
  mutating func hold(_ context: inout DecisionContext) {
    backoff.grow(context.settings.backoff)
    holdFor(backoff.wait(context.settings.backoff, unit: context.chance()), &context)
  }

  mutating func holdFor(_ span: TimeSpan, _ context: inout DecisionContext) {
    holdUntil = context.now + span
  }
}
