internal import SupervisionCore

/// What is written of one child, and what of it is there after a power cut.
///
/// A record is replaced as a whole, its content synced before its name. So no record is torn; but
/// until the folder is synced too, the disk may keep any of those that were written since the last
/// sync, in whatever order they came.
struct SimulatedRecord {
  private struct Version {
    var state = DurableState()
    /// How far the wall clock was ahead of the monotonic one when it was written.
    var wall = TimeSpan.zero
  }

  private var present = Version()
  /// What may be there instead after a power cut: what was synced last, and what came after it.
  private var older: [Version] = []
  /// What the disk refused, until it takes it.
  private(set) var refused: DurableState?
  /// The highest number of a run that the dispatcher knows to be reserved.
  private(set) var reserved = Incarnation(0)

  /// What a dispatcher reads that starts now.
  var state: DurableState { present.state }

  mutating func write(_ state: DurableState, isSynced: Bool, wall: TimeSpan) {
    if isSynced { older = [] } else { older.append(present) }
    present = Version(state: state, wall: wall)
    refused = nil
  }

  /// The number of the record is durable, and may be used.
  mutating func reserve() { reserved = max(reserved, present.state.reservedIncarnation) }

  mutating func refuse(_ state: DurableState) { refused = state }

  /// The dispatcher that wanted it written is gone.
  mutating func forgetRefused() { refused = nil }

  mutating func sync() { older = [] }

  /// Instants are kept as wall clock times on the disk, so a clock that was set moves them.
  mutating func read(wall: TimeSpan) {
    let shift = TimeSpan(nanoseconds: present.wall.nanoseconds - wall.nanoseconds)
    present.state.crashes = present.state.crashes.map { $0 + shift }
    present.state.parkedSince = present.state.parkedSince.map { $0 + shift }
    present.state.lastConsumer = present.state.lastConsumer.map { $0 + shift }
    present.wall = wall
    reserved = present.state.reservedIncarnation
  }

  /// Whether a power cut may leave something else.
  var isUnsynced: Bool { !older.isEmpty }

  mutating func losePower(_ dice: inout Dice) {
    guard isUnsynced else { return }
    let kept = dice.below(older.count + 1)
    if kept < older.count { present = older[kept] }
    older = []
  }
}
