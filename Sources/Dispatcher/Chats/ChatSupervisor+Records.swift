internal import ChatStorage
internal import DecisionRecords
internal import LinuxSystem
internal import SupervisionCore

/// What must survive the dispatcher, on its way to the disk.
extension ChatSupervisor {
  /// Somebody came or went: kept in the chat's record, written within a second.
  func noteConsumer(of chat: SupervisedChat) {
    chat.record.lastConsumerAt = Clock.wall
    writeLater([chat])
  }

  private static let writeDelay: Int64 = 1_000_000_000
  /// Of what the journal has: a chat that is started again and again is one file for all of it.
  private static let notedDelay: Int64 = 5_000_000_000
  /// While the disk refuses, it is asked again after twice as long each time, up to this.
  private static let longestWriteDelay: Int64 = 60_000_000_000
  /// So many files are written at once; between two of these batches the loop serves others.
  private static let batch = 64
  private static let pause: Int64 = 50_000_000

  func writeWhenDue() {
    guard let due = writeAt, due <= Clock.monotonic else { return }
    writeRecords(atMost: Self.batch)
    if !unwritten.isEmpty && writeAt == nil { writeAt = Clock.monotonic + Self.pause }
  }

  /// Writes what waits to be written.
  func writeRecords(atMost limit: Int = .max) {
    writeAt = nil
    let due = unwritten.prefix(limit)
    unwritten.subtract(due)
    write(due.compactMap { chats[$0] }, .durable)
  }

  func persist(_ states: [(child: ChildID, state: DurableState)], _ urgency: Effect.Urgency) {
    let clock = WallClock.now
    let known = states.compactMap { entry in chats[entry.child].map { ($0, entry.state) } }
    for (chat, state) in known { chat.record.take(state, clock) }
    let changed = known.map { $0.0 }
    switch urgency {
    case .beforeActing: write(changed, .durable)
    case .soon: note(changed)
    }
  }

  /// In the journal now, in the files in some seconds.
  private func note(_ changed: [SupervisedChat]) {
    for chat in changed { chat.record.revision &+= 1 }
    do {
      try journal.append(changed.map { ($0.id, $0.record) })
      writeLater(changed, after: Self.notedDelay)
    } catch {
      // Never less: in place of a record that is durable there must be no empty one.
      write(changed, .whole)
      writeLater(changed)
    }
  }

  /// What the disk does not take now is written when there is room.
  private func write(_ changed: [SupervisedChat], _ durability: AtomicFile.Durability) {
    for chat in changed { chat.record.revision &+= 1 }
    do {
      try states.write(changed.map { ($0.id, $0.record) }, durability)
      refusedWrites = 0
      guard durability == .durable else { return }
      unwritten.subtract(changed.map(\.id))
      if unwritten.isEmpty { emptyJournal() }
      for chat in changed { chat.reserved = chat.record.incarnation }
    } catch {
      for chat in changed { chat.past.lastFailure = "\(error)" }
      log.error(.storageProblem, "\(error)")
      refusedWrites += 1
      writeLater(changed)
    }
  }

  /// Every record is in its file.
  private func emptyJournal() {
    if journal.hasOthers {
      do {
        try states.settle()
      } catch {
        log.error(.storageProblem, "\(error)")
      }
    }
    journal.clear()
  }

  private func writeLater(_ changed: [SupervisedChat], after span: Int64 = writeDelay) {
    unwritten.formUnion(changed.map(\.id))
    let delay = min(Self.longestWriteDelay, span << min(refusedWrites, 6))
    let due = Clock.monotonic + delay
    // While the disk refuses, nothing new makes it be asked sooner.
    writeAt = refusedWrites > 0 ? writeAt ?? due : min(writeAt ?? due, due)
  }
}

extension ChatRecord {
  /// Takes over what the core says must survive; times become calendar time.
  mutating func take(_ state: DurableState, _ clock: WallClock) {
    desired = state.isDown ? .down : .up
    incarnation = state.reservedIncarnation.number
    crashes = state.crashes.map { Crash(at: clock.wall($0), summary: "") }
    backoffDelay = state.backoffDelay.nanoseconds
    parkedAt = state.parkedSince.map(clock.wall)
    parkedNewest = state.parkedNewest
    lastConsumerAt = state.lastConsumer.map(clock.wall)
    outage = state.outage.map { Outage(exit: $0.exit.recorded, program: $0.program.number) }
  }

  /// The same the other way, at boot.
  func durable(_ clock: WallClock) -> DurableState {
    DurableState(
      isDown: desired == .down, reservedIncarnation: Incarnation(incarnation),
      crashes: crashes.map { clock.instant($0.at) },
      backoffDelay: TimeSpan(nanoseconds: max(0, backoffDelay)),
      parkedSince: parkedAt.map(clock.instant), parkedNewest: parkedNewest,
      lastConsumer: lastConsumerAt.map(clock.instant), outage: outage?.kind)
  }
}

extension ChatRecord.Outage {
  /// Nil for an end that this program does not know.
  fileprivate var kind: FailureKind? {
    SupervisionCore.ExitStatus(recorded: exit).map { FailureKind($0, of: ProgramID(program)) }
  }
}
