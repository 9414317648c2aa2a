/// Runs that failed alike.
package struct Outage: Hashable, Sendable {
  package enum Phase: Hashable, Sendable {
    /// No outage yet: the children that failed lately, each once, the newest last.
    case suspected([Failure])
    /// Nobody starts before `until`; the delay is that between tries.
    ///
    /// Since the last one failed, or somebody was let try at once.
    case waiting(since: Instant, until: Instant, delay: TimeSpan)
    /// One of the children has been started.
    case trying(ChildID, since: Instant, delay: TimeSpan)
  }

  package struct Failure: Hashable, Sendable {
    package let child: ChildID
    package let at: Instant

    package init(child: ChildID, at: Instant) {
      self.child = child
      self.at = at
    }
  }

  package let kind: FailureKind
  package private(set) var phase: Phase

  package init(_ kind: FailureKind, phase: Phase = .suspected([])) {
    self.kind = kind
    self.phase = phase
  }

  var isSuspected: Bool { if case .suspected = phase { true } else { false } }

  /// Whether nobody wants to know any more: who waits for it would have tried by now.
  func isForgotten(_ settings: SupervisionSettings, at now: Instant) -> Bool {
    switch phase {
    case .suspected(let failures): failures.isEmpty
    case .waiting(let since, _, _), .trying(_, let since, _): now - since > settings.outageMemory
    }
  }

  func isTried(by child: ChildID) -> Bool {
    if case .trying(child, _, _) = phase { true } else { false }
  }

  /// Whether this makes an outage of it.
  mutating func noteFailure(
    of child: ChildID, _ policy: OutagePolicy, at now: Instant
  ) -> Bool {
    guard case .suspected(let before) = phase else { return false }
    let failures = before.filter { $0.child != child } + [Failure(child: child, at: now)]
    let isOutage = failures.count >= max(2, policy.limit)
    phase =
      isOutage
      ? .waiting(since: now, until: now + policy.delay, delay: policy.delay)
      : .suspected(failures)
    return isOutage
  }

  /// Goes on from what is known of the last failure; who tries by now is waited for.
  mutating func recall(failedAt: Instant, _ policy: OutagePolicy) {
    switch phase {
    case .trying: return
    case .waiting(let since, _, _): if since >= failedAt { return }
    case .suspected: break
    }
    phase = .waiting(since: failedAt, until: failedAt + policy.delay, delay: policy.delay)
  }

  mutating func noteFailedTry(
    of child: ChildID, _ settings: SupervisionSettings, at now: Instant
  ) {
    guard case .trying(child, _, let last) = phase else { return }
    let delay = min(settings.longestOutageDelay, last.scaled(by: 2))
    phase = .waiting(since: now, until: now + delay, delay: delay)
  }

  /// The next one that asks tries.
  mutating func hasten(at now: Instant) {
    switch phase {
    case .suspected: break
    case .waiting(_, _, let delay), .trying(_, _, let delay):
      phase = .waiting(since: now, until: now, delay: delay)
    }
  }

  mutating func begin(with child: ChildID, at now: Instant) -> Bool {
    switch phase {
    case .suspected: return false
    case .waiting(_, _, let delay), .trying(_, _, let delay):
      phase = .trying(child, since: now, delay: delay)
      return true
    }
  }

  /// Drops what does not count any more, also under settings that have changed.
  mutating func prune(_ settings: SupervisionSettings, at now: Instant) {
    let longest = settings.longestOutageDelay
    switch phase {
    case .suspected(let failures):
      guard failures.contains(where: { now - $0.at > settings.outage.window }) else { return }
      phase = .suspected(failures.filter { now - $0.at <= settings.outage.window })
    case .waiting(let since, let until, let delay):
      if delay <= longest, until <= since + longest { return }
      phase = .waiting(
        since: since, until: min(until, since + longest), delay: min(delay, longest))
    case .trying(let child, let since, let delay):
      if delay > longest { phase = .trying(child, since: since, delay: longest) }
    }
  }

  /// A try that neither fails nor does well holds the others up no longer than a failed one can.
  func wait(
    _ settings: SupervisionSettings, at now: Instant
  ) -> (until: Instant, spread: TimeSpan)? {
    switch phase {
    case .suspected: nil
    case .waiting(_, let until, let delay):
      until > now ? (until, min(delay, settings.outage.window)) : nil
    case .trying(_, let since, let delay):
      now - since < settings.longestOutageDelay
        ? (now + settings.outage.delay, min(delay, settings.outage.window)) : nil
    }
  }
}

extension SupervisionSettings {
  /// Between two tries in an outage.
  var longestOutageDelay: TimeSpan { max(backoff.cap, outage.delay) }

  /// So long after the last failure or try an outage is remembered, by the next supervisor too.
  ///
  /// Far longer than anybody waits who wants to try, and long enough for a supervisor to be away.
  package var outageMemory: TimeSpan { longestOutageDelay.scaled(by: 10) }
}
