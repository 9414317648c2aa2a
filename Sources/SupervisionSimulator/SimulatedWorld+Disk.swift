internal import SupervisionCore

/// What the disk does to what is written, and a power cut to everything.
extension SimulatedWorld {
  /// How long after a write that need not be durable at once everything is synced.
  private static let syncDelay = TimeSpan.seconds(1)

  mutating func write(_ state: DurableState, of child: Int, _ urgency: Effect.Urgency) {
    if failingWrites > 0, !isCalm { return refuse(state, child) }
    let isSynced = urgency == .beforeActing
    children[child].record.write(
      state, isSynced: isSynced && fault != .neverSyncs, wall: wallOffset)
    if isSynced {
      children[child].record.reserve()
      waitForDisk()
    } else {
      syncLater(child)
    }
  }

  /// ENOSPC or EIO: what was to be written is kept, and written when there is room.
  private mutating func refuse(_ state: DurableState, _ child: Int) {
    failingWrites -= 1
    trace?.add("  the disk refuses it", at: now)
    children[child].record.refuse(state)
    checker.couldNotWrite(child)
    syncLater(child)
  }

  private mutating func syncLater(_ child: Int) {
    if fault == .neverWritesAgain || fault == .neverSyncs { return }
    queue.add(.sync(child, boot: boot), at: now + Self.syncDelay)
  }

  /// A second later: what was refused is written, and what was written is synced.
  mutating func sync(_ child: Int) {
    guard isUp else { return }
    if let state = children[child].record.refused { return write(state, of: child, .beforeActing) }
    guard children[child].record.isUnsynced else { return }
    children[child].record.sync()
    children[child].record.reserve()
    waitForDisk()
  }

  /// Nothing else is done while the disk is waited for.
  private mutating func waitForDisk() {
    guard slowDisk > .zero, !isCalm else { return }
    deafUntil = max(deafUntil, now + slowDisk)
    checker.isAway(until: deafUntil)
  }

  /// The machine is gone, with all processes and everybody at it; the disk has what it has.
  mutating func cutPower() {
    killDispatcher(bootAfter: dice.milliseconds(upTo: 60_000))
    killKeeper()
    for child in children.indices {
      children[child].run = nil
      children[child].consumers = 0
      children[child].record.losePower(&dice)
      if dice.chance(50) { children[child].inbox.loseAnswer() }
      checker.lostRecord(child, parkedNewest: children[child].record.state.parkedNewest)
    }
  }
}

/// What a supervisor could do wrong with the disk: planted, to see that it is found.
enum DiskFault: CaseIterable {
  /// What must be durable before anything is done about it is only written.
  case neverSyncs
  /// What the disk refused is forgotten.
  case neverWritesAgain
  /// A run is started although its number could not be reserved.
  case startsUnreserved
}
