extension ChildMachine {
  /// When a child that failed like others may ask again whether it is its turn; nil: it is now.
  ///
  /// Spread by chance, so that not all of them ask, or start, at once. What failed so far was mostly no
  /// message's fault.
  mutating func nextTry(_ context: inout DecisionContext) -> Instant? {
    guard let lastFailure,
      let wait = context.outages.wait(after: lastFailure, context.settings, at: context.now)
    else { return nil }
    if !lastFailure.mayBeOfMessage { poison = nil }
    return wait.until + wait.spread.scaled(by: (context.chance() + 1) / 2)
  }

  /// The child starts: in an outage it is the one that tries, and is looked at at this instant.
  mutating func beginTry(_ context: inout DecisionContext) -> Instant? {
    guard let lastFailure, context.outages.begin(lastFailure, with: id, at: context.now)
    else { return nil }
    return context.now + context.settings.outage.delay
  }

  /// An operator wants this child to start now, whatever was before.
  mutating func tryAgain(_ context: inout DecisionContext) {
    forgetCrashes()
    if let lastFailure { context.outages.hasten(lastFailure, at: context.now) }
  }

  /// The inbox of a run was read.
  mutating func attend(_ run: Run, _ context: inout DecisionContext) {
    judgeTry(run, &context)
    decideToIdleOut(&context)
  }

  /// The inbox was read while others wait for how this run does.
  ///
  /// It does well when it has answered something. That it lasts tells nothing while something
  /// waits: it may be waiting for the very thing that is gone.
  private mutating func judgeTry(_ run: Run, _ context: inout DecisionContext) {
    guard let lookAt = run.lookAt else { return }
    let settings = context.settings
    let age = context.now - run.startedAt
    var run = run
    if hasAnswered(run) || demand.inbox.pending == 0 && age >= settings.backoff.stableRun {
      endOutage(after: run, &context)
      run.lookAt = nil
    } else if lookAt <= context.now {
      // More and more seldom, should it hang.
      run.lookAt = context.now + min(max(age, settings.outage.delay), settings.longestOutageDelay)
    }
    update(.running(run))
  }

  /// A run was of use; if it tried for others, they may follow.
  mutating func endOutage(after run: Run, _ context: inout DecisionContext) {
    if run.lookAt != nil, let lastFailure, context.outages.end(lastFailure) {
      note(.outageOver, &context)
    }
    lastFailure = nil
  }

  /// An earlier supervisor has left the child waiting: it may well have to wait still.
  mutating func recallOutage(_ context: inout DecisionContext) {
    guard let lastFailure, let failedAt = crashes.instants.last,
      context.outages.recall(
        lastFailure, failedAt: failedAt, context.settings, at: context.now)
    else { return }
    note(.outageBegan, exit: lastFailure.exit, &context)
  }

  /// What the next supervisor has to know is decided after everything else.
  mutating func noteOutage(_ context: DecisionContext) {
    isInOutage = lastFailure.map { context.outages.isOutage($0) } ?? false
  }

  /// A run failed: others may have failed alike.
  mutating func countTogether(_ stop: Stop, _ context: inout DecisionContext) {
    guard let kind = FailureKind(stop) else { return }
    lastFailure = kind
    context.outages.noteFailedTry(of: id, context.settings, at: context.now)
    if context.outages.noteFailure(kind, of: id, context.settings.outage, at: context.now) {
      note(.outageBegan, exit: stop.exit, &context)
    }
  }
}
