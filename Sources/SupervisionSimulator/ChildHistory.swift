internal import SupervisionCore

/// What the checker remembers of one child: a second, naive account of what the core should know.
struct ChildHistory {
  // What this dispatcher was told.
  var consumers = 0
  var inbox = InboxObservation()
  var isTaskOpen = true
  var lastState = ChildState.Name.resting

  // What people asked for, across dispatchers.
  var isDown = false
  /// The turn in which it was asked for came to its end.
  var isDesireAcknowledged = true
  /// It may not have reached the disk, and who asked was told.
  var isDesireRefused = false
  /// The archive was reported as done, and no restore has been performed since.
  var isArchiveAcknowledged = false
  var isRestoreAsked = false

  // Runs.
  var highest = Incarnation(0)
  /// Of this dispatcher.
  var spawns: [Instant] = []
  var failures: [Instant] = []
  /// Each restart of the dispatcher may lose the record of one failed run.
  var lostRecords = 0
  var lastFailure: Instant?
  var tries = TryHistory()
  /// The last run that was asked to end.
  var asked: Incarnation?
  /// The last stop, and when its timeout began to count.
  var stopBeganAt: Instant?
  /// When this dispatcher heard that the tombstone stands.
  var buriedAt: Instant?
  var poisonKey: MessageKey?
  var poisonFailures = 0

  // Parking.
  var parkedAt: Instant?
  var parkedNewest: UInt64 = 0
  var hasNewConsumer = false

  var hasDemand: Bool { consumers > 0 || inbox.pending > 0 }
  var hasNewDemand: Bool {
    hasNewConsumer || inbox.pending > 0 && inbox.newest > parkedNewest
  }

  /// An operator's act that starts the account of failures afresh.
  mutating func forgive() {
    failures = []
    lostRecords = 0
    lastFailure = nil
  }
}
