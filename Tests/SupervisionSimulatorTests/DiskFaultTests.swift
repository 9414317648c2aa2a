import Testing

@testable import SupervisionCore
@testable import SupervisionSimulator

/// A disk that refuses, is slow, or loses what was not synced, and a power cut.
struct DiskFaultTests {
  /// Schedules about the disk, with some fault planted in what the dispatcher does with it.
  private func violation(_ seed: UInt64, _ fault: DiskFault?) -> Violation? {
    var schedule = Schedule(drawnFrom: seed)
    schedule.addDiskTrouble(seed: seed)
    var world = SimulatedWorld(schedule)
    world.fault = fault
    return world.run()
  }

  @Test func `trouble with the disk breaks nothing`() {
    for seed in 1...1_500 as ClosedRange<UInt64> {
      let violation = violation(seed, nil)
      #expect(violation == nil, "seed \(seed)")
      if violation != nil { return }
    }
  }

  @Test(arguments: DiskFault.allCases)
  func `what a dispatcher could do wrong with the disk is found`(_ fault: DiskFault) {
    let found = (1...5_000 as ClosedRange<UInt64>).lazy.compactMap { violation($0, fault) }.first
    #expect([.numbering, .durability, .quietAfterStop, .desiredState].contains(found?.invariant))
  }

  @Test func `a record that was synced is there after a power cut`() {
    for seed in 1...100 as ClosedRange<UInt64> {
      var dice = Dice(seed: seed)
      var record = SimulatedRecord()
      for number in 1...5 as ClosedRange<UInt64> {
        let state = DurableState(reservedIncarnation: Incarnation(number))
        record.write(state, isSynced: number == 3, wall: .zero)
      }
      record.losePower(&dice)
      #expect((3...5).contains(record.state.reservedIncarnation.number), "seed \(seed)")
    }
  }

  @Test func `what was not synced may be lost or kept, each of it`() {
    var left: Set<UInt64> = []
    for seed in 1...100 as ClosedRange<UInt64> {
      var dice = Dice(seed: seed)
      var record = SimulatedRecord()
      for number in 1...3 as ClosedRange<UInt64> {
        let state = DurableState(reservedIncarnation: Incarnation(number))
        record.write(state, isSynced: false, wall: .zero)
      }
      record.losePower(&dice)
      left.insert(record.state.reservedIncarnation.number)
    }
    #expect(left == [0, 1, 2, 3])
  }
}

extension Schedule {
  /// Every second step is followed by something that the disk does.
  fileprivate mutating func addDiskTrouble(seed: UInt64) {
    var dice = Dice(seed: ~seed)
    steps = steps.flatMap { step -> [Step] in
      guard dice.chance(50) else { return [step] }
      return [step, Step(Int64(dice.below(3_000_000)), dice.diskTrouble())]
    }
  }
}

extension Dice {
  fileprivate mutating func diskTrouble() -> Action {
    switch below(5) {
    case 0, 1: .failWrites(below(4) + 1)
    case 2: .slowDown(Int64(below(3_000)))
    case 3: .kill(afterEffects: below(8))
    default: .cutPower
    }
  }
}
