/// The children of one supervisor: found by their numbers, kept side by side.
///
/// A question about a child reads what it asks for where it lies; a dictionary would hash the number
/// and copy the whole child for each. Where a child lies holds until one is removed.
struct ChildTable: Sendable {
  private struct Entry {
    let id: ChildID
    var place: Int32
  }

  /// In the order of numbers.
  private var entries: [Entry] = []
  /// In no order.
  var machines: [ChildMachine] = []

  var ids: [ChildID] { entries.map(\.id) }

  func place(of id: ChildID) -> Int? {
    let index = lowerBound(of: id)
    guard index < entries.count, entries[index].id == id else { return nil }
    return Int(entries[index].place)
  }

  /// Where the child lies from now on; the number must be new.
  mutating func insert(_ child: ChildMachine) -> Int {
    let place = machines.count
    machines.append(child)
    let entry = Entry(id: child.id, place: Int32(truncatingIfNeeded: place))
    entries.insert(entry, at: lowerBound(of: child.id))
    return place
  }

  /// The last child takes the place of the one that goes.
  mutating func remove(_ id: ChildID) {
    let index = lowerBound(of: id)
    guard index < entries.count, entries[index].id == id else { return }
    let place = entries.remove(at: index).place
    let last = machines.removeLast()
    guard last.id != id else { return }
    machines[Int(place)] = last
    entries[lowerBound(of: last.id)].place = place
  }

  /// The index of the first entry whose number is not less.
  private func lowerBound(of id: ChildID) -> Int {
    guard let first = entries.first, first.id < id else { return 0 }
    // Where no number is missing below it, a child lies as far from the first as its number does.
    let last = min(Int(id.number - first.id.number), entries.count)
    if entries[last - 1].id < id { return last }
    var (low, high) = (1, last - 1)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
