internal import ChatStorage
internal import LinuxSystem

// Signals and clocks.
extension ChatServer {
  func readSignals() {
    while let received = try? signals.read() {
      switch received.signal {
      case .terminate, .hangup: askedToEnd(at: Clock.monotonic)
      case .interrupt: responder.interrupt(at: Clock.monotonic)
      case ChatServer.folderChanged: mustRefresh = true
      default: break  // SIGCHLD: `advance` looks at the children in each turn.
      }
    }
  }

  func attendClocks(at now: Int64) {
    if inbox?.isDue(at: now) == true { mustRefresh = true }
    notifier.flush(at: now)
    if let due = nextWatchdog, let interval = environment.watchdog, due <= now {
      notifier.watchdog(at: now)
      nextWatchdog = now + interval / 2
    }
    if let due = endingDeadline, due <= now { end(nil, at: now) }
    askForTime(at: now)
    showDraft(at: now)
  }

  private func showDraft(at now: Int64) {
    guard responder.state == .answering else { return draft.rest() }
    draft.show(version: responder.draftVersion, at: now) { responder.draft }
  }

  private static let extensionInterval: Int64 = 5_000_000_000

  /// A program may take long to start or to end, and this handler bounds both: the dispatcher need
  /// not end it meanwhile.
  private func askForTime(at now: Int64) {
    switch responder.state {
    case .ready, .answering, .answered, .failed, .ended: nextExtension = nil
    case .starting, .stopping:
      if let due = nextExtension, due > now { return }
      if nextExtension != nil { notifier.needsTime(3 * ChatServer.extensionInterval, at: now) }
      nextExtension = now + ChatServer.extensionInterval
    }
  }
}

// Ending.
extension ChatServer {
  var endingDeadline: Int64? {
    if case .afterTurn(let instant) = ending { instant } else { nil }
  }

  var isEnding: Bool { ending != .no }

  /// A turn that is in progress may come to its end; asked again, or when the chat is retired, none.
  private func askedToEnd(at now: Int64) {
    notifier.stopping(at: now)
    let mayFinish = current != nil && !isEnding && !isRetired
    if mayFinish { ending = .afterTurn(now + environment.turnGrace) } else { end(nil, at: now) }
  }

  /// Whoever archives or purges a chat wants its handler gone, not its answer.
  private var isRetired: Bool {
    (try? TombstoneStore(ProjectLayout(root: environment.project)).contains(environment.chat))
      ?? false
  }

  /// Begins to end at once.
  ///
  /// `exit`: how the run ends, where a failed turn decided that.
  func end(_ exit: HandlerExit?, at now: Int64) {
    if case .now(.some) = ending {} else { ending = .now(exit) }
    responder.stop(at: now)
  }

  /// How a responder that has ended ends the run.
  func verdict(_ exit: HandlerExit) -> HandlerExit {
    if case .now(.some(let failure)) = ending { failure } else { exit }
  }
}
