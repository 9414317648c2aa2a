extension ChildMachine {
  /// The last process of the run is gone.
  mutating func finishStop(_ stop: Stop, _ context: inout DecisionContext) {
    if mustBeArchived {
      let outcome = stop.run.process == .requested ? .none : stop.outcome
      rest(because: .archived, exit: stop.exit, &context)
      if burial == .standing { context.effects.append(.settleArchive(id, outcome)) }
    } else if case .settling = stop.phase {
      return
    } else {
      settle(stop, because: .exitAsked, &context)
    }
  }

  /// Reads the inbox before anything is decided about what ended (rule 3).
  mutating func settle(_ stop: Stop, because clause: Clause, _ context: inout DecisionContext) {
    var stop = stop
    stop.phase = .settling
    if case .stopping = state {
      update(.stopping(stop))
    } else {
      enter(.stopping(stop), because: clause, exit: stop.exit, &context)
    }
    isObserving = true
    context.effects.append(.observeInbox(id))
  }

  /// The inbox was read after the run ended: judge the run, then decide what comes next.
  mutating func concludeRun(_ stop: Stop, _ context: inout DecisionContext) {
    guard case .settling = stop.phase else { return }
    switch verdict(stop, context) {
    case .asked:
      easeAfterGoodRun(stop, context)
      if hasAnswered(stop.run) { endOutage(after: stop.run, &context) }
      rest(because: .exitAsked, exit: stop.exit, &context)
    case .useful:
      easeAfterGoodRun(stop, context)
      endOutage(after: stop.run, &context)
      rest(because: .exitedClean, exit: stop.exit, &context)
    case .failed(let clause): fail(stop, because: clause, &context)
    }
  }

  /// Long enough to be stable, and it answered something (rule 5).
  private func wasGood(_ stop: Stop, _ context: DecisionContext) -> Bool {
    hasAnswered(stop.run) && stop.span >= backoff.stableRun(context.settings.backoff)
  }

  private mutating func easeAfterGoodRun(_ stop: Stop, _ context: DecisionContext) {
    if backoff.delay > .zero, wasGood(stop, context) { backoff.ease(context.settings.backoff) }
  }

  private enum Verdict {
    /// Somebody asked for the end.
    case asked
    /// It ended by itself, well, after it did something or lasted.
    case useful
    case failed(Clause)
  }

  private func verdict(_ stop: Stop, _ context: DecisionContext) -> Verdict {
    switch stop.cause {
    case .idle, .operatorStop, .archived, .shutdown, .swap: return .asked
    case .startTimeout: return .failed(.startTimeout)
    case .watchdog: return .failed(.watchdogTimeout)
    case .ownExit, .leaving: break
    }
    if stop.exit == .neverStarted { return .failed(.spawnFailed) }
    if wasInterrupted(stop.run, context) || isDown { return .asked }
    // Nobody was told how somebody else's process ended; of an own one that is suspicious enough.
    if stop.exit == .unknown && stop.run.process == .external { return .asked }
    guard stop.exit?.isSuccess == true else { return .failed(.crashed) }
    // What it did before it was found was not seen, so that it did nothing cannot be held against it.
    if stop.run.process == .external { return .useful }
    let lasted = stop.span >= context.settings.backoff.stableRun
    return lasted || hasAnswered(stop.run) ? .useful : .failed(.unproductive)
  }

  private func wasInterrupted(_ run: Run, _ context: DecisionContext) -> Bool {
    guard let interruptedAt = run.interruptedAt else { return false }
    return context.now - interruptedAt <= context.settings.stopTimeout
  }

  func hasAnswered(_ run: Run) -> Bool { demand.inbox.answered > run.answeredAtStart }

  /// A failed run: count it, let the delay grow, watch the first message (rules 5, 6, 7).
  private mutating func fail(
    _ stop: Stop, because clause: Clause, _ context: inout DecisionContext
  ) {
    let settings = context.settings
    crashes.record(context.now, limit: settings.crashLimit)
    countTogether(stop, &context)
    if wasGood(stop, context) {
      backoff.ease(settings.backoff)
      holdFor(backoff.wait(settings.backoff, unit: context.chance()), &context)
    } else {
      hold(&context)
    }
    setAsidePoison(stop, &context)
    if crashes.count(within: settings.crashWindow, at: context.now) >= settings.crashLimit {
      park(stop, &context)
    } else {
      rest(because: clause, exit: stop.exit, &context)
    }
  }

  private mutating func park(_ stop: Stop, _ context: inout DecisionContext) {
    if isDown || mustBeArchived {
      return rest(because: .crashLoop, exit: stop.exit, &context)
    }
    let parking = Parking(since: context.now, newest: demand.inbox.newest)
    enter(.parked(parking), because: .crashLoop, exit: stop.exit, &context)
  }

  /// The same first message at so many failed runs in a row is set aside.
  ///
  /// Rule 7.
  ///
  /// A program that was never there read no message, so none can be at fault; nor is one where what
  /// all of them need is gone.
  private mutating func setAsidePoison(_ stop: Stop, _ context: inout DecisionContext) {
    if stop.exit == .neverStarted { return }
    if let kind = FailureKind(stop), !kind.mayBeOfMessage, context.outages.isOutage(kind) {
      return poison = nil
    }
    guard let first = demand.inbox.first else { return poison = nil }
    let failures = poison?.message == first ? (poison?.failures ?? 0) + 1 : 1
    poison = PoisonWatch(message: first, failures: failures)
    guard failures >= context.settings.poisonLimit else { return }
    poison = nil
    note(.poisonMessage, &context)
    context.effects.append(.setAside(id, first, failures: failures))
    observe(&context)
  }

  mutating func forgetCrashes() {
    crashes.clear()
    backoff.clear()
    poison = nil
    holdUntil = nil
  }
}
