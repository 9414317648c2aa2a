extension ChildMachine {
  /// Takes in what the run said of itself.
  ///
  /// Without a default, like the switch over the events, which it is a part of.
  mutating func hear(_ announcement: Announcement, _ context: inout DecisionContext) {
    switch (state, announcement) {
    case (.starting, .alive): break  // All that is due from it is to become ready.
    case (.running(let run), .alive): renewWatchdog(run, &context)
    case (.starting(let run), .watchdog(let span)), (.running(let run), .watchdog(let span)):
      setWatchdog(run, span, &context)
    case (.starting(let run), .broken), (.running(let run), .broken): tripWatchdog(run, &context)
    case (.starting, .leaving), (.running, .leaving): stop(.leaving, because: .leaving, &context)
    case (.starting(let run), .needsTime(let span)): extendStart(run, by: span, &context)
    case (.running, .needsTime): break  // Nothing is due that could be put off.
    case (.stopping(let stop), .needsTime(let span)): extendStop(stop, by: span, &context)
    case (.stopping, .alive), (.stopping, .watchdog), (.stopping, .broken), (.stopping, .leaving):
      break  // It ends already.
    case (.resting, _), (.backoff, _), (.parked, _), (.down, _), (.archived, _):
      break  // There is no run; `isCurrent` refused it already.
    }
  }

  /// A run that is not ready in time asks for more.
  mutating func extendStart(_ run: Run, by span: TimeSpan, _ context: inout DecisionContext) {
    let settings = context.settings
    let last = run.startedAt + settings.startTimeout + settings.extensionLimit
    let until = min(context.now + span, last)
    guard let present = run.startDeadline(settings), until > present else { return }
    let isFirst = run.extendedUntil == nil
    var run = run
    run.extendedUntil = until
    update(.starting(run))
    if isFirst { note(.extended, &context) }
  }

  /// A run that was asked to end, or said that it does, needs more time for it.
  ///
  /// Not when it is to be archived: a purge is never put off by what it ends. Nor when it hung.
  mutating func extendStop(_ stop: Stop, by span: TimeSpan, _ context: inout DecisionContext) {
    guard burial == .none, !isTaskClosed, stop.cause != .archived, stop.cause != .watchdog,
      case .terminating(let present) = stop.phase
    else { return }
    let settings = context.settings
    let last = stop.beganAt + settings.stopTimeout + settings.extensionLimit
    let until = min(context.now + span, last)
    guard until > present else { return }
    let isFirst = !stop.wasExtended
    var stop = stop
    stop.phase = .terminating(until: until)
    stop.wasExtended = true
    update(.stopping(stop))
    if isFirst { note(.extended, &context) }
  }
}
