/// A supervisor that was away when a time ran out cannot hold that against a run: it could not listen,
/// and whatever kept it from its work may have kept the run from its own.
///
/// A frozen service, a machine without a processor to spare, one that was stopped by its host: such a
/// time begins anew. A run that stands still while the supervisor does not is what the times are for.
extension ChildMachine {
  /// Whether this is looked at later than the tolerance allows.
  ///
  /// Whoever is always late would wait for ever: beyond `limit` lateness is no reason to wait.
  private func wasAway(
    at due: Instant, within limit: Instant, _ context: DecisionContext
  ) -> Bool {
    context.now - due > context.settings.watchdogTolerance && due <= limit
  }

  /// A run that is yet to become ready; nil when its time is truly over.
  func givenTimeAgain(_ run: Run, _ context: DecisionContext) -> Run? {
    let settings = context.settings
    let limit = run.startedAt + settings.startTimeout + settings.extensionLimit
    guard let due = run.startDeadline(settings), wasAway(at: due, within: limit, context) else {
      return nil
    }
    var run = run
    run.extendedUntil = context.now + settings.startTimeout
    return run
  }

  /// A stop whose next step is due; nil when it is to be taken.
  ///
  /// A purge waits once: nothing that is to be ended puts it off, also not by keeping the machine
  /// busy.
  func givenTimeAgain(_ stop: Stop, _ context: DecisionContext) -> Stop? {
    let settings = context.settings
    let span = stop.cause == .archived ? .zero : settings.extensionLimit
    let limit = stop.beganAt + (archiveGrace ?? settings.stopTimeout) + span
    guard let due = stop.deadline, wasAway(at: due, within: limit, context) else { return nil }
    var stop = stop
    switch stop.phase {
    case .terminating:
      stop.phase = .terminating(until: deadline(ofStop: stop.cause, context))
    case .killing: stop.phase = .killing(until: context.now + settings.killTimeout)
    case .surviving, .settling: return nil
    }
    return stop
  }
}
