internal import SupervisionCore

extension SupervisionEvent.Kind {
  /// What a decision of the core means to people; mostly nothing or one thing.
  static func told(by decision: Decision) -> [SupervisionEvent.Kind] {
    switch (decision.from, decision.to) {
    case (.starting, .running): [.ready]
    case (.stopping, .stopping): decision.clause == .stopTimeout ? [.killed] : []
    case (_, .stopping): reason(decision.clause).map { [.stopping($0)] } ?? []
    case (.stopping, .parked): [end(decision), .parked]
    case (.stopping, _): [end(decision)]
    case (_, .parked): [.parked]
    case (_, .backoff): delay(decision).map { [.delayed($0)] } ?? []
    case (_, _): []
    }
  }

  private static func end(_ decision: Decision) -> SupervisionEvent.Kind {
    .ended(ChildExit(decision.exit), judgement(decision.clause))
  }

  private static func delay(_ decision: Decision) -> Duration? {
    decision.next.map { .nanoseconds(max(0, ($0 - decision.at).nanoseconds)) }
  }

  private static func reason(_ clause: Clause) -> SupervisionEvent.StopReason? {
    switch clause {
    case .operatorStop: .requested
    case .swapped: .restart
    case .idleTimeout: .noDemand
    case .shutdown: .shutdown
    case .startTimeout: .startTimeout
    case .watchdogTimeout: .watchdog
    case .leaving: .leaving
    case .leftovers: .leftovers
    // It ended by itself, or never began; and what only an archive leads to.
    default: nil
    }
  }

  private static func judgement(_ clause: Clause) -> SupervisionEvent.Judgement {
    switch clause {
    case .crashed, .unproductive, .crashLoop, .startTimeout, .watchdogTimeout, .spawnFailed:
      .failure
    case .exitedClean: .success
    default: .asked
    }
  }
}

extension ChildExit {
  init(_ status: SupervisionCore.ExitStatus?) {
    switch status {
    case .exited(let code): self = .status(code)
    case .signaled(let signal): self = .signal(signal)
    case .neverStarted: self = .neverStarted
    case .unknown, nil: self = .unknown
    }
  }
}
