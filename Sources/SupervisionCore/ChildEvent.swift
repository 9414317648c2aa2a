/// What can happen to a child.
public enum ChildEvent: Hashable, Sendable {
  // Inputs of demand.
  case consumerAttached
  case consumerDetached
  /// The inbox may have changed. A hint: it may be late, early, doubled or about nothing.
  case inboxTouched
  case inboxObserved(InboxObservation)

  // The process.
  /// `watchdog`: within so much a sign of life is due, again and again; zero: none is.
  case spawned(
    Incarnation, awaitsReadiness: Bool, watchdog: TimeSpan = .zero, program: ProgramID = .unknown)
  case spawnFailed(Incarnation, SpawnProblem, program: ProgramID = .unknown)
  /// Somebody else's live process holds the lock.
  case holderFound
  case ready(Incarnation)
  /// The leader ended; `leftovers` tells whether processes of the run remain.
  case exited(Incarnation, ExitStatus, leftovers: Bool)
  /// The last process of the run is gone.
  case emptied(Incarnation)

  /// The run said something of itself.
  case said(Incarnation, Announcement)
  /// Everything that the run had said when `Effect.listen` was performed has been reported.
  case heard(Incarnation)

  // The task.
  case taskClosed
  case taskReopened
  case taskVanished

  // The tombstone.
  case tombstoned
  case tombstoneFailed
  case tombstoneRemoved

  /// The instant that `ChildMachine.deadline` named has come, or may have.
  case deadline

  // What people ask for.
  case startRequested
  case stopRequested
  case interruptRequested
  case resetRequested
  /// Run with a new specification.
  case restartRequested
  /// `grace` shortens the stop timeout.
  case archiveRequested(ArchiveReason, grace: TimeSpan?)
  case restoreRequested
  case shutdownRequested

  /// Somebody asked for what an archived child does not do, and was told so.
  case refused(RefusedRequest)
  /// A purge passed it over.
  case spared(PurgeException)
}

/// What was asked of an archived child.
public enum RefusedRequest: String, Hashable, Sendable, CaseIterable {
  case message, attach, start, stop, reset, interrupt, set
}

/// Why a purge left a child as it was.
public enum PurgeException: String, Hashable, Sendable, CaseIterable {
  case callerChat = "caller chat"
  case attached, excepted
}

/// What a run may say of itself, beside that it is ready.
public enum Announcement: Hashable, Sendable {
  /// A sign of life.
  case alive
  /// From now on a sign of life is due within this span; zero: none is.
  case watchdog(TimeSpan)
  /// It found out that something is wrong with it: as if its watchdog had run out.
  case broken
  /// It is on its way out.
  case leaving
  /// For what it does it needs this much more time, from now on.
  case needsTime(TimeSpan)
}

/// Why a program did not start.
public enum SpawnProblem: String, Hashable, Sendable, CaseIterable {
  /// The program cannot be run: missing, not executable. Counts as a failed run.
  case program
  /// The machine could not do it now: memory, descriptors, processes, disk. Tried again later.
  case resources
}

/// Why a child was archived.
public enum ArchiveReason: String, Hashable, Sendable {
  case purge, archive, delete
  case staleID = "stale-id"
}
