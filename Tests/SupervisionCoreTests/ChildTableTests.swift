import Testing

@testable import SupervisionCore

@Suite struct ChildTableTests {
  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `a child is found wherever it lies, whatever came and went`(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var table = ChildTable()
    var known: Set<UInt32> = []
    for _ in 0..<400 {
      let id = ChildID(UInt32(truncatingIfNeeded: generator.next() % 50))
      if let place = table.place(of: id) {
        #expect(known.contains(id.number), "seed \(seed)")
        #expect(table.machines[place].id == id, "seed \(seed)")
        table.remove(id)
        known.remove(id.number)
      } else {
        #expect(known.insert(id.number).inserted, "seed \(seed)")
        let place = table.insert(ChildMachine(id, Registration(), read: DurableState()))
        #expect(table.machines[place].id == id, "seed \(seed)")
      }
      #expect(table.ids.map(\.number) == known.sorted(), "seed \(seed)")
      #expect(table.ids.allSatisfy { table.place(of: $0).map { table.machines[$0].id } == $0 })
    }
  }

  @Test func `what is removed and not known is nothing`() {
    var table = ChildTable()
    table.remove(ChildID(1))
    #expect(table.ids.isEmpty)
    #expect(table.machines.isEmpty)
  }
}
