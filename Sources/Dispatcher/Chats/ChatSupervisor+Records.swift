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
  /// While the disk refuses, it is asked again after twice as long each time, up to this.
  private static let longestWriteDelay: Int64 = 60_000_000_000

  func writeWhenDue() {
    if let writeAt, writeAt <= Clock.monotonic { writeRecords() }
  }

  /// Writes what waits to be written.
  func writeRecords() {
    writeAt = nil
    write(unwritten.compactMap { chats[$0] }, .durable)
  }

  func persist(_ states: [(child: ChildID, state: DurableState)], _ urgency: Effect.Urgency) {
    let clock = WallClock.now
    let known = states.compactMap { entry in chats[entry.child].map { ($0, entry.state) } }
    for (chat, state) in known { chat.record.take(state, clock) }
    let changed = known.map { $0.0 }
    switch urgency {
    case .beforeActing: write(changed, .durable)
    case .soon:
      // Never less: in place of a record that is durable there must be no empty one.
      write(changed, .whole)
      writeLater(changed)
    }
  }

  /// What the disk does not take now is written when there is room.
  private func write(_ changed: [SupervisedChat], _ durability: AtomicFile.Durability) {
    do {
      try states.write(changed.map { ($0.id, $0.record) }, durability)
      refusedWrites = 0
      guard durability == .durable else { return }
      unwritten.subtract(changed.map(\.id))
      for chat in changed { chat.reserved = chat.record.incarnation }
    } catch {
      for chat in changed { chat.past.lastFailure = "\(error)" }
      log.error(.storageProblem, "\(error)")
      refusedWrites += 1
      writeLater(changed)
    }
  }

  private func writeLater(_ changed: [SupervisedChat]) {
    unwritten.formUnion(changed.map(\.id))
    let delay = min(Self.longestWriteDelay, Self.writeDelay << min(refusedWrites, 6))
    if writeAt == nil { writeAt = Clock.monotonic + delay }
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
