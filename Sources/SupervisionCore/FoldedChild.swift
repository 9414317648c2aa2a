/// A child that rests, is down or is archived, in an eighth of a child's size.
///
/// Most children are so most of the time. What has no place here is in them what it is in a new child:
/// nobody listens, nothing waits, nothing has failed, and nothing happens at any time by itself.
struct FoldedChild: Sendable {
  let id: ChildID
  private let foldedState: FoldedState
  private let marks: Marks
  /// Counted from the last run's number, which is not far away.
  private let reserved: Int16
  private let lastIncarnation: UInt32
  private let sharedReservation: UInt32
  private let newest: UInt32
  private let answered: UInt32
  private let lastActivity: FoldedInstant
  private let lastDemand: FoldedInstant
  private let lastConsumer: FoldedInstant
  /// All else that was written is so still.
  private let writtenConsumer: FoldedInstant
  private let budget: FoldedInstant

  /// Nil for a child of which something would be lost.
  init?(_ child: borrowing ChildMachine) {
    guard child.crashes.instants.isEmpty, let foldedState = FoldedState(child.state),
      let lastIncarnation = UInt32(exactly: child.lastIncarnation.number),
      let highest = UInt32(exactly: child.reservedIncarnation.number),
      let reserved = Int16(exactly: Int64(highest) - Int64(lastIncarnation)),
      let sharedReservation = UInt32(exactly: child.sharedReservation.number),
      let newest = UInt32(exactly: child.demand.inbox.newest),
      let answered = UInt32(exactly: child.demand.inbox.answered)
    else { return nil }
    id = child.id
    self.foldedState = foldedState
    marks = Marks(child)
    self.reserved = reserved
    self.lastIncarnation = lastIncarnation
    self.sharedReservation = sharedReservation
    self.newest = newest
    self.answered = answered
    lastActivity = FoldedInstant(child.demand.inbox.lastActivity)
    lastDemand = FoldedInstant(child.demand.last)
    lastConsumer = FoldedInstant(child.demand.lastConsumer)
    writtenConsumer = FoldedInstant(child.written.lastConsumer)
    budget = FoldedInstant(child.budget.fullAt)
    guard unfolded == child else { return nil }
  }

  var state: ChildState { foldedState.unfolded }

  /// The child as it was.
  var unfolded: ChildMachine {
    let highest = UInt64(clamping: Int64(lastIncarnation) + Int64(reserved))
    let written = DurableState(
      isDown: marks.contains(.isDown), reservedIncarnation: Incarnation(highest),
      lastConsumer: writtenConsumer.unfolded)
    var child = ChildMachine(id, in: state, written: written)
    marks.put(on: &child)
    child.lastIncarnation = Incarnation(UInt64(lastIncarnation))
    child.reservedIncarnation = Incarnation(highest)
    child.sharedReservation = Incarnation(UInt64(sharedReservation))
    child.demand.inbox.newest = UInt64(newest)
    child.demand.inbox.answered = UInt64(answered)
    child.demand.inbox.lastActivity = lastActivity.unfolded
    child.demand.last = lastDemand.unfolded
    child.demand.lastConsumer = lastConsumer.unfolded
    child.budget = SpawnBudget(fullAt: budget.unfolded)
    return child
  }
}

/// A state with nothing in it.
private enum FoldedState {
  case resting, down, archived

  init?(_ state: ChildState) {
    switch state {
    case .resting: self = .resting
    case .down: self = .down
    case .archived: self = .archived
    case .starting, .running, .stopping, .backoff, .parked: return nil
    }
  }

  var unfolded: ChildState {
    switch self {
    case .resting: .resting
    case .down: .down
    case .archived: .archived
    }
  }
}

/// What is so or is not so of a folded child.
private struct Marks: OptionSet {
  let rawValue: UInt8

  static let isDown = Marks(rawValue: 1 << 0)
  static let isBuried = Marks(rawValue: 1 << 1)
  static let isTaskClosed = Marks(rawValue: 1 << 2)
  static let isTaskGone = Marks(rawValue: 1 << 3)
  static let isObserving = Marks(rawValue: 1 << 4)
  static let wasTouchedMeanwhile = Marks(rawValue: 1 << 5)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ child: borrowing ChildMachine) {
    self = []
    if child.isDown { insert(.isDown) }
    if child.burial == .standing { insert(.isBuried) }
    if child.isTaskClosed { insert(.isTaskClosed) }
    if child.isTaskGone { insert(.isTaskGone) }
    if child.isObserving { insert(.isObserving) }
    if child.wasTouchedMeanwhile { insert(.wasTouchedMeanwhile) }
  }

  func put(on child: inout ChildMachine) {
    child.isDown = contains(.isDown)
    child.burial = contains(.isBuried) ? .standing : .none
    child.isTaskClosed = contains(.isTaskClosed)
    child.isTaskGone = contains(.isTaskGone)
    child.isObserving = contains(.isObserving)
    child.wasTouchedMeanwhile = contains(.wasTouchedMeanwhile)
  }
}

/// An instant or none in the room of an instant; the earliest there can be stands for none.
private struct FoldedInstant {
  private let nanoseconds: Int64

  init(_ instant: Instant?) { nanoseconds = instant?.nanoseconds ?? .min }

  var unfolded: Instant? { nanoseconds == .min ? nil : Instant(nanoseconds: nanoseconds) }
}
