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
    let index = index(of: kind) ?? add(kind)
    return all[index].noteFailure(of: child, policy, at: now)
  }

  /// Where the new one is.
  private mutating func add(_ kind: FailureKind) -> Int {
    if all.count >= Self.limit { all.remove(at: all.firstIndex(where: \.isSuspected) ?? 0) }
    all.append(Outage(kind))
    return all.count - 1
  }

  /// A child waited for an earlier supervisor's outage; whether this one hears of it first.
  mutating func recall(
    _ kind: FailureKind, failedAt: Instant, _ settings: SupervisionSettings, at now: Instant
  ) -> Bool {
    if now - failedAt > settings.outageMemory { return false }
    let isNew = !isOutage(kind)
    let index = index(of: kind) ?? add(kind)
    all[index].recall(failedAt: failedAt, settings.outage)
    return isNew
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

  /// Forgets failures that nobody shared, and outages in which nobody wants to try any more.
  mutating func prune(_ settings: SupervisionSettings, at now: Instant) {
    if all.isEmpty { return }
    for index in all.indices { all[index].prune(settings, at: now) }
    all.removeAll { $0.isForgotten(settings, at: now) }
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
