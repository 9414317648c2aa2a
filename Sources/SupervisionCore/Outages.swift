/// How a run failed, as far as several may fail for one cause: what was run, and how it ended.
package struct FailureKind: Hashable, Sendable {
  package let exit: ExitStatus
  package let program: ProgramID

  package init(_ exit: ExitStatus, of program: ProgramID) {
    self.exit = exit
    self.program = program
  }

  /// Nil for an end that tells nothing of the program and what it needs.
  init?(_ stop: Stop) {
    // What somebody else started is not known.
    guard let exit = stop.exit, exit.isOfProgram, stop.run.process != .external else { return nil }
    self.init(exit, of: stop.run.program)
  }
}

extension FailureKind {
  /// Whether what was read may be at fault although others failed alike.
  ///
  /// Who finds nobody to ask ends with a status; a fault of the program comes of what it did.
  package var mayBeOfMessage: Bool { if case .signaled = exit { true } else { false } }
}

extension ExitStatus {
  /// A program's faults are its own; other signals come from outside, and who kills many at once
  /// wants them back at once.
  fileprivate var isOfProgram: Bool {
    switch self {
    case .exited, .neverStarted: true
    // SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS.
    case .signaled(let number): [4, 6, 7, 8, 11, 31].contains(number)
    case .unknown: false
    }
  }
}

/// Failures that several children have in common: what all of them need may be gone.
///
/// Then one of the children tries, and those that failed like it wait for how it comes out.
package struct Outages: Hashable, Sendable {
  package private(set) var all: [Outage]

  /// So many kinds of failures are told apart.
  private static let limit = 16

  package init(_ all: [Outage] = []) { self.all = all }

  private func index(of kind: FailureKind) -> Int? { all.firstIndex { $0.kind == kind } }

  /// A run of a child has failed; whether this makes an outage of it.
  mutating func noteFailure(
    _ kind: FailureKind, of child: ChildID, _ policy: OutagePolicy, at now: Instant
  ) -> Bool {
    if let index = index(of: kind) { return all[index].noteFailure(of: child, policy, at: now) }
    if all.count >= Self.limit { all.remove(at: all.firstIndex(where: \.isSuspected) ?? 0) }
    var outage = Outage(kind)
    let hasBegun = outage.noteFailure(of: child, policy, at: now)
    all.append(outage)
    return hasBegun
  }

  mutating func noteFailedTry(
    of child: ChildID, _ settings: SupervisionSettings, at now: Instant
  ) {
    for index in all.indices { all[index].noteFailedTry(of: child, settings, at: now) }
  }

  /// A child has no run any more, and nothing can be learned from that.
  mutating func noteAbsence(of child: ChildID, at now: Instant) {
    for index in all.indices where all[index].isTried(by: child) { all[index].hasten(at: now) }
  }

  /// Who is asked for it by name need not wait, also for another one that tries.
  mutating func hasten(_ kind: FailureKind, at now: Instant) {
    if let index = index(of: kind) { all[index].hasten(at: now) }
  }

  /// Those that failed so may start; false: it was no outage.
  mutating func end(_ kind: FailureKind) -> Bool {
    guard isOutage(kind) else { return false }
    all.removeAll { $0.kind == kind }
    return true
  }

  /// Forgets failures that nobody shared.
  mutating func prune(_ policy: OutagePolicy, at now: Instant) {
    if all.isEmpty { return }
    for index in all.indices { all[index].prune(policy, at: now) }
    all.removeAll(where: \.isEmpty)
  }

  func isOutage(_ kind: FailureKind) -> Bool {
    index(of: kind).map { !all[$0].isSuspected } ?? false
  }

  /// How long a child waits that failed so; nil: it need not.
  func wait(
    after kind: FailureKind, _ settings: SupervisionSettings, at now: Instant
  ) -> (until: Instant, spread: TimeSpan)? {
    index(of: kind).flatMap { all[$0].wait(settings, at: now) }
  }

  /// A child that failed so starts; whether it is one that tries.
  mutating func begin(_ kind: FailureKind, with child: ChildID, at now: Instant) -> Bool {
    index(of: kind).map { all[$0].begin(with: child, at: now) } ?? false
  }
}

/// Runs that failed alike.
package struct Outage: Hashable, Sendable {
  package enum Phase: Hashable, Sendable {
    /// No outage yet: the children that failed lately, each once, the newest last.
    case suspected([Failure])
    /// Nobody starts before `until`; the delay is that between tries.
    case waiting(until: Instant, delay: TimeSpan)
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

  var isEmpty: Bool { phase == .suspected([]) }

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
      ? .waiting(until: now + policy.delay, delay: policy.delay) : .suspected(failures)
    return isOutage
  }

  mutating func noteFailedTry(
    of child: ChildID, _ settings: SupervisionSettings, at now: Instant
  ) {
    guard case .trying(child, _, let last) = phase else { return }
    let delay = min(settings.longestOutageDelay, last.scaled(by: 2))
    phase = .waiting(until: now + delay, delay: delay)
  }

  /// The next one that asks tries.
  mutating func hasten(at now: Instant) {
    switch phase {
    case .suspected: break
    case .waiting(_, let delay), .trying(_, _, let delay):
      phase = .waiting(until: now, delay: delay)
    }
  }

  mutating func begin(with child: ChildID, at now: Instant) -> Bool {
    switch phase {
    case .suspected: return false
    case .waiting(_, let delay), .trying(_, _, let delay):
      phase = .trying(child, since: now, delay: delay)
      return true
    }
  }

  mutating func prune(_ policy: OutagePolicy, at now: Instant) {
    guard case .suspected(let failures) = phase,
      failures.contains(where: { now - $0.at > policy.window })
    else { return }
    phase = .suspected(failures.filter { now - $0.at <= policy.window })
  }

  /// A try that neither fails nor does well holds the others up no longer than a failed one can.
  func wait(
    _ settings: SupervisionSettings, at now: Instant
  ) -> (until: Instant, spread: TimeSpan)? {
    switch phase {
    case .suspected: nil
    case .waiting(let until, let delay):
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
}
