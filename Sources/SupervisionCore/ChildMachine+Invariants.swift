extension ChildMachine {
  /// What must hold after every event; the first thing that does not, in words.
  func brokenInvariant(_ settings: SupervisionSettings) -> String? {
    if lastIncarnation > highestReserved { return "a run has a number that is not reserved" }
    if crashes.instants.count > settings.crashLimit { return "the crash history grows" }
    if backoff.delay > settings.backoff.cap { return "the delay is above its cap" }
    switch state {
    case .archived:
      return mustBeArchived ? nil : "archived without a reason"
    case .down:
      return isDown ? nil : "down, but nobody wants it down"
    case .stopping:
      return nil
    case .resting:
      return mustNotRun
    case .starting(let run), .running(let run):
      if run.process != .own, run.watchdog != nil { return "a watchdog over what is not ours" }
      return mustNotRun ?? mustBeDown
    case .backoff, .parked:
      return mustNotRun ?? mustBeDown
    }
  }

  /// A tombstone stands, or the task is closed.
  var mustBeArchived: Bool { burial.forbidsLife || isTaskClosed }

  private var mustBeDown: String? {
    isDown ? "alive or waiting although an operator said stop" : nil
  }

  private var mustNotRun: String? {
    if burial.forbidsLife { return "eligible although a tombstone stands" }
    return isTaskClosed ? "eligible although the task is closed" : nil
  }
}
