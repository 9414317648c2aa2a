import Testing

@testable import SupervisionCore

/// The numbers of runs: none is given twice, whatever a crash forgets.
@Suite struct NumberTests {
  private func scenario(reserved: UInt64 = 0, shared: UInt64) -> Scenario {
    Scenario(
      Registration(
        durable: DurableState(reservedIncarnation: Incarnation(reserved)),
        sharedReservation: Incarnation(shared)))
  }

  /// Whether something must be on the disk before the effects are performed.
  private func waitsForDisk(_ effects: [Effect]) -> Bool {
    effects.contains { if case .persist(_, _, .beforeActing) = $0 { true } else { false } }
  }

  @Test func `a run with a number of the shared block writes nothing`() {
    var scenario = scenario(reserved: 64, shared: 128)
    let effects = scenario.tell(.consumerAttached)
    #expect(effects.spawns)
    #expect(effects.persisted.isEmpty)
    #expect(scenario.run == Incarnation(65))
  }

  @Test func `the first number beyond the shared block is on the disk before its run`() {
    var scenario = scenario(reserved: 64, shared: 66)
    var waits: [Bool] = []
    for _ in 0..<4 {
      waits.append(waitsForDisk(scenario.tell(.consumerAttached)))
      scenario.runs()
      scenario.tell(.consumerDetached)
      scenario.tell(.restartRequested)
      scenario.ends(.signaled(15))
    }
    #expect(waits == [false, false, true, false])
  }

  @Test func `without a shared block the first number is on the disk before its run`() {
    var scenario = scenario(shared: 0)
    let effects = scenario.tell(.consumerAttached)
    #expect(waitsForDisk(effects))
    #expect(effects.persisted.last?.reservedIncarnation == Incarnation(64))
  }

  @Test func `a chat that is ahead of the shared block reserves numbers of its own`() {
    var scenario = scenario(reserved: 640, shared: 128)
    #expect(waitsForDisk(scenario.tell(.consumerAttached)))
    #expect(scenario.run == Incarnation(641))
  }
}
