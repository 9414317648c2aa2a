/// The children of one supervisor: found by their numbers, kept side by side, folded where they can be.
///
/// That some of them are folded is seen nowhere else. A question about a child that is not reads what
/// it asks for where it lies; a dictionary would hash the number and copy the whole child for each, and
/// so would a call of a closure that is not inlined.
struct ChildTable: Sendable {
  enum Place {
    case whole(Int)
    case folded(Int)
  }

  struct Entry {
    let id: ChildID
    /// Among the folded children the complement of the index, which is negative.
    private var number: Int32

    init(_ id: ChildID, at place: Place) {
      self.id = id
      number = Self.number(of: place)
    }

    var place: Place {
      get { number < 0 ? .folded(Int(~number)) : .whole(Int(number)) }
      set { number = Self.number(of: newValue) }
    }

    private static func number(of place: Place) -> Int32 {
      switch place {
      case .whole(let index): Int32(truncatingIfNeeded: index)
      case .folded(let index): ~Int32(truncatingIfNeeded: index)
      }
    }
  }

  /// In the order of numbers.
  private var entries: [Entry] = []
  private var folded: [FoldedChild] = []
  /// In no order: all that have a run or wait for a time, and whoever else cannot be folded.
  private(set) var whole: [ChildMachine] = []

  var ids: [ChildID] { entries.map(\.id) }

  var count: Int { entries.count }

  /// In the order of numbers.
  var all: [ChildMachine] { ids.compactMap { read($0) { $0 } } }

  func contains(_ id: ChildID) -> Bool { index(of: id) != nil }

  /// What a question about a child is answered; nil for a child that is not here.
  @inline(__always)
  func read<Answer>(_ id: ChildID, _ question: (ChildMachine) -> Answer) -> Answer? {
    guard let index = index(of: id) else { return nil }
    switch entries[index].place {
    case .whole(let place): return whole[place].answer(question)
    case .folded(let place): return question(folded[place].unfolded)
    }
  }

  /// What is asked most, and of a folded child too without unfolding it.
  @inline(__always)
  func state(of id: ChildID) -> ChildState? {
    guard let index = index(of: id) else { return nil }
    switch entries[index].place {
    case .whole(let place): return whole[place].state
    case .folded(let place): return folded[place].state
    }
  }

  /// Changes a child, and folds it if it can be afterwards; nil for a child that is not here.
  @inline(__always)
  mutating func change<Answer>(
    _ id: ChildID, _ change: (inout ChildMachine) -> Answer
  ) -> Answer? {
    guard let index = index(of: id) else { return nil }
    switch entries[index].place {
    case .whole(let place):
      let (answer, child) = Self.change(&whole[place], change)
      if let child { move(index, to: append(child)) }
      return answer
    case .folded(let place):
      var child = folded[place].unfolded
      let (answer, again) = Self.change(&child, change)
      if let again { folded[place] = again } else { move(index, to: append(child)) }
      return answer
    }
  }

  @inline(__always)
  private static func change<Answer>(
    _ child: inout ChildMachine, _ change: (inout ChildMachine) -> Answer
  ) -> (Answer, FoldedChild?) {
    (change(&child), FoldedChild(child))
  }

  /// The number must be new.
  mutating func insert(_ child: ChildMachine) {
    let place = FoldedChild(child).map { append($0) } ?? append(child)
    entries.insert(Entry(child.id, at: place), at: lowerBound(of: child.id))
  }

  mutating func remove(_ id: ChildID) {
    guard let index = index(of: id) else { return }
    vacate(entries.remove(at: index).place)
  }
}

extension ChildTable {
  private mutating func append(_ child: FoldedChild) -> Place {
    folded.append(child)
    return .folded(folded.count - 1)
  }

  private mutating func append(_ child: ChildMachine) -> Place {
    whole.append(child)
    return .whole(whole.count - 1)
  }

  private mutating func move(_ index: Int, to place: Place) {
    let before = entries[index].place
    entries[index].place = place
    vacate(before)
  }

  /// The last one of those that lie there takes the place.
  private mutating func vacate(_ place: Place) {
    let moved =
      switch place {
      case .whole(let index): whole.fill(index)?.id
      case .folded(let index): folded.fill(index)?.id
      }
    if let moved { entries[lowerBound(of: moved)].place = place }
  }

  private func index(of id: ChildID) -> Int? {
    let index = lowerBound(of: id)
    return index < entries.count && entries[index].id == id ? index : nil
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

extension ChildMachine {
  /// An argument would be copied; this one is asked where it lies.
  @inline(__always)
  fileprivate func answer<Answer>(_ question: (ChildMachine) -> Answer) -> Answer {
    question(self)
  }
}

extension Array {
  /// Takes an element out and puts the last one in its place, which is returned if it is another one.
  ///
  /// Room that was needed for many more is given back.
  fileprivate mutating func fill(_ index: Int) -> Element? {
    let last = removeLast()
    let isOther = index < count
    if isOther { self[index] = last }
    if capacity > 64, count < capacity / 4 { shrink() }
    return isOther ? last : nil
  }

  private mutating func shrink() {
    var copy: [Element] = []
    copy.reserveCapacity(2 * count)
    copy += self
    self = copy
  }
}
