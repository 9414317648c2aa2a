internal import SupervisionCore

/// Something that will happen in a simulated world.
struct Occurrence {
  enum Kind {
    case step(Int)
    /// News for the dispatcher of that boot; nobody hears it when that one is dead.
    case deliver(Int, ChildEvent, boot: Int)
    /// The inbox is read, and the dispatcher of that boot is told.
    case answerObservation(Int, boot: Int)
    case process(Int, run: Int, ProcessStep)
    /// What the dispatcher of that boot wrote a moment ago is synced.
    case sync(Int, boot: Int)
    case boot
  }

  let at: Instant
  let sequence: Int
  let kind: Kind

  func comes(before other: Occurrence) -> Bool {
    at < other.at || at == other.at && sequence < other.sequence
  }
}

/// What a simulated process does by itself.
enum ProcessStep {
  case becomeReady
  case answerMessage
  case end(ExitStatus)
  case die
  case loseLeftovers
  case giveSign
  case hang
  case breakDown
  case leave
  case changeWatchdog
  case askForTime
}

/// What will happen, soonest first; at the same instant, in the order in which it was added.
struct EventQueue {
  private var heap: [Occurrence] = []
  private var added = 0

  init() { heap.reserveCapacity(64) }

  var first: Instant? { heap.first?.at }
  var isEmpty: Bool { heap.isEmpty }

  mutating func add(_ kind: Occurrence.Kind, at instant: Instant) {
    heap.append(Occurrence(at: instant, sequence: added, kind: kind))
    added += 1
    var index = heap.count - 1
    while index > 0, heap[index].comes(before: heap[(index - 1) / 2]) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func removeFirst() -> Occurrence.Kind? {
    guard !heap.isEmpty else { return nil }
    heap.swapAt(0, heap.count - 1)
    let first = heap.removeLast()
    sink()
    return first.kind
  }

  private mutating func sink() {
    var index = 0
    while true {
      var least = 2 * index + 1
      guard least < heap.count else { return }
      if least + 1 < heap.count, heap[least + 1].comes(before: heap[least]) { least += 1 }
      guard heap[least].comes(before: heap[index]) else { return }
      heap.swapAt(least, index)
      index = least
    }
  }
}
