import Testing

@testable import SupervisionCore

@Suite struct ChildTableTests {
  private func child(_ number: UInt32) -> ChildMachine {
    ChildMachine(ChildID(number), Registration(), read: DurableState())
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a child is found as it was left, whatever came and went and was folded`(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var table = ChildTable()
    var known: [ChildID: ChildMachine] = [:]
    for _ in 0..<400 {
      let id = ChildID(UInt32(truncatingIfNeeded: generator.next() % 50))
      switch (known[id], generator.next() % 3) {
      case (nil, _):
        #expect(!table.contains(id), "seed \(seed)")
        known[id] = child(id.number)
        table.insert(child(id.number))
      case (.some, 0):
        table.remove(id)
        known[id] = nil
      case (.some(var present), let dice):
        // Whoever is listened to is not folded.
        present.demand.consumers = dice == 1 ? 1 : 0
        present.demand.inbox.answered += 1
        known[id] = present
        let before = table.change(id) { child in
          let before = child
          child = present
          return before
        }
        #expect(before?.demand.inbox.answered == present.demand.inbox.answered - 1, "seed \(seed)")
      }
      #expect(table.all == known.values.sorted { $0.id < $1.id }, "seed \(seed)")
      #expect(table.ids == known.keys.sorted(), "seed \(seed)")
      #expect(table.count == known.count)
      #expect(table.ids.allSatisfy { id in table.read(id) { $0 } == known[id] }, "seed \(seed)")
      #expect(table.ids.allSatisfy { table.state(of: $0) == known[$0]?.state }, "seed \(seed)")
      #expect(table.whole.count == known.values.count { $0.demand.consumers > 0 }, "seed \(seed)")
    }
  }

  @Test func `what is removed, asked or changed and not known is nothing`() {
    var table = ChildTable()
    table.remove(ChildID(1))
    let changed: Void? = table.change(ChildID(1)) { $0.demand.consumers = 1 }
    #expect(changed == nil)
    #expect(table.read(ChildID(1)) { $0.id } == nil)
    #expect(table.state(of: ChildID(1)) == nil)
    #expect(table.ids.isEmpty)
    #expect(table.all.isEmpty)
  }

  @Test func `a child that rests is kept in 72 bytes`() {
    let bytes = MemoryLayout<FoldedChild>.stride + MemoryLayout<ChildTable.Entry>.stride
    #expect(bytes <= 72)
    #expect(MemoryLayout<ChildMachine>.stride > 4 * bytes)
  }

  @Test func `what a crowd has needed is given back when it rests`() {
    var table = ChildTable()
    let children = (0..<2_000 as Range<UInt32>).map(child)
    for child in children { table.insert(child) }
    #expect(table.whole.capacity == 0)
    for child in children { _ = table.change(child.id) { $0.demand.consumers = 1 } }
    #expect(table.whole.count == 2_000)
    for child in children { _ = table.change(child.id) { $0.demand.consumers = 0 } }
    #expect(table.whole.isEmpty)
    #expect(table.whole.capacity <= 64)
    #expect(table.all == children)
  }
}
