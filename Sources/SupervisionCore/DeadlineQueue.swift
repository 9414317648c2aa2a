/// The deadlines of many children: one each, the earliest at hand.
struct DeadlineQueue: Sendable {
  private struct Entry {
    let instant: Instant
    let id: ChildID

    /// Ties have an order, so that the same history is the same in every process.
    static func < (left: Entry, right: Entry) -> Bool {
      left.instant < right.instant || left.instant == right.instant && left.id < right.id
    }
  }

  /// A binary heap.
  ///
  /// An entry whose instant is not the child's present one is dropped at the top.
  private var heap: [Entry] = []
  private var current: [ChildID: Instant] = [:]

  var first: Instant? { heap.first?.instant }

  mutating func set(_ instant: Instant?, for id: ChildID) {
    guard let instant else { return remove(id) }
    guard current[id] != instant else { return }
    current[id] = instant
    push(Entry(instant: instant, id: id))
    dropStale()
  }

  mutating func remove(_ id: ChildID) {
    guard current.removeValue(forKey: id) != nil else { return }
    dropStale()
  }

  /// Takes out one child whose deadline is not after `now`.
  mutating func popDue(at now: Instant) -> ChildID? {
    guard let top = heap.first, top.instant <= now else { return nil }
    current[top.id] = nil
    pop()
    dropStale()
    return top.id
  }

  /// Keeps the top of the heap true, and what is kept within bounds: of old instants, and of room that
  /// was needed once.
  private mutating func dropStale() {
    while let top = heap.first, current[top.id] != top.instant { pop() }
    if heap.capacity > 64 && heap.capacity > 8 * current.count { rebuild() }
  }

  private mutating func rebuild() {
    let entries = current
    (heap, current) = ([], [:])
    for (id, instant) in entries {
      current[id] = instant
      push(Entry(instant: instant, id: id))
    }
  }

  private mutating func push(_ entry: Entry) {
    heap.append(entry)
    var index = heap.count - 1
    while index > 0, heap[index] < heap[(index - 1) / 2] {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var index = 0
    while let least = leastChild(of: index), heap[least] < heap[index] {
      heap.swapAt(least, index)
      index = least
    }
  }

  private func leastChild(of index: Int) -> Int? {
    let left = 2 * index + 1
    guard left < heap.count else { return nil }
    let right = left + 1
    return right < heap.count && heap[right] < heap[left] ? right : left
  }
}
