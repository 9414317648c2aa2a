import Testing

@testable import SupervisionCore

struct ArchivingTests {
  private func settlements(_ effects: [Effect]) -> [HandlerOutcome] {
    effects.compactMap { if case .settleArchive(_, let outcome) = $0 { outcome } else { nil } }
  }

  /// Tells what is left of the run's end, until the archive is settled.
  private func finish(_ scenario: inout Scenario) -> [Effect] {
    var effects = scenario.tell(.tombstoned)
    if case .stopping(let stop) = scenario.state {
      if stop.run.process == .requested {
        effects += scenario.tell(.spawned(scenario.run, awaitsReadiness: false))
      }
      effects += scenario.tell(.exited(scenario.run, .signaled(15), leftovers: false))
    }
    return effects
  }

  @Test(arguments: ChildState.Name.allCases)
  func `an archive works from every state, and nothing is left to do`(_ name: ChildState.Name) {
    var scenario = Scenario.inState(name)
    if name == .archived { scenario = Scenario(Registration(isTaskClosed: true)) }
    scenario.tell(.archiveRequested(.purge, grace: nil))
    let effects = finish(&scenario)
    let hadProcess = [.starting, .running, .stopping].contains(name)
    #expect(scenario.name == .archived)
    #expect(settlements(effects) == [hadProcess ? .terminated : .none])
    #expect(scenario.machine.nextDeadline == nil)
    #expect(!scenario.tell(.consumerAttached).spawns)
  }

  @Test func `nothing is stopped before the tombstone stands`() {
    var scenario = Scenario.running()
    #expect(scenario.tell(.archiveRequested(.purge, grace: nil)).signals == [])
    #expect(scenario.tell(.tombstoned).signals == [.terminate])
  }

  @Test func `a tombstone that cannot be written leaves the child as it was`() {
    var scenario = Scenario.running()
    scenario.tell(.archiveRequested(.purge, grace: .seconds(1)))
    #expect(scenario.tell(.tombstoneFailed).clauses == [.archiveFailed])
    #expect(scenario.name == .running)
    #expect(!scenario.machine.isBuried(scenario.child))
  }

  @Test func `archiving twice does nothing twice`() {
    var scenario = Scenario.inState(.archived)
    let effects = scenario.tell(.archiveRequested(.purge, grace: nil))
    #expect(effects.clauses == [.alreadyArchived])
    #expect(effects.count == 1)
  }

  @Test func `what ignores the polite signal is killed, and what cannot die is named`() {
    var scenario = Scenario.running()
    scenario.tell(.archiveRequested(.purge, grace: .seconds(2)))
    scenario.tell(.tombstoned)
    #expect(scenario.pass(.seconds(2)).signals == [.kill])
    #expect(settlements(scenario.pass(.seconds(5))) == [.survived])
    let end = scenario.tell(.exited(scenario.run, .signaled(9), leftovers: false))
    #expect(settlements(end) == [.killed])
    #expect(scenario.name == .archived)
  }

  @Test func `an archive of a survivor is answered at once`() {
    var scenario = Scenario.running()
    scenario.tell(.restartRequested)
    scenario.pass(.seconds(10))
    scenario.pass(.seconds(5))
    scenario.tell(.archiveRequested(.purge, grace: nil))
    #expect(settlements(scenario.tell(.tombstoned)) == [.survived])
  }

  @Test func `a restore looks at the inbox and starts what is wanted`() {
    var scenario = Scenario.inState(.archived)
    scenario.tell(.consumerAttached)
    scenario.tell(.restoreRequested)
    #expect(!scenario.tell(.tombstoneRemoved).spawns)
    #expect(scenario.answer().spawns)
  }

  @Test func `a reopened row does not bring an archived child back`() {
    var scenario = Scenario.inState(.archived)
    scenario.tell(.consumerAttached)
    let effects = scenario.tell(.taskReopened)
    #expect(settlements(effects) == [.none], "the task is closed again")
    #expect(!(effects + scenario.answer()).spawns)
    #expect(scenario.name == .archived)
  }

  @Test func `an archive while a restore is under way wins`() {
    var scenario = Scenario.inState(.archived)
    scenario.tell(.consumerAttached)
    scenario.tell(.restoreRequested)
    let again = scenario.tell(.archiveRequested(.purge, grace: nil))
    #expect(again.contains(.bury(scenario.child, .purge)))
    scenario.tell(.tombstoneRemoved)
    #expect(settlements(scenario.tell(.tombstoned)) == [.none])
    #expect(scenario.name == .archived)
  }

  @Test func `a late second report of a removed tombstone removes nothing`() {
    var scenario = Scenario.inState(.archived)
    scenario.tell(.tombstoneRemoved)
    #expect(scenario.name == .archived)
    #expect(scenario.machine.isBuried(scenario.child))
  }

  @Test func `a restore takes back a stop, and writes that before the tombstone goes`() throws {
    var scenario = Scenario.inState(.down)
    scenario.tell(.archiveRequested(.archive, grace: nil))
    scenario.tell(.tombstoned)
    let effects = scenario.tell(.restoreRequested)
    let written = try #require(
      effects.firstIndex { if case .persist(_, _, .beforeActing) = $0 { true } else { false } })
    let removed = try #require(effects.firstIndex(of: .exhume(scenario.child)))
    #expect(written < removed)
    #expect(effects.persisted.first?.isDown == false)
  }

  @Test func `a task that is gone buries the child, and starts nothing even if that fails`() {
    var scenario = Scenario()
    let effects = scenario.tell(.taskVanished)
    #expect(effects.contains(.bury(scenario.child, .staleID)))
    scenario.tell(.tombstoneFailed)
    scenario.answer()
    #expect(!scenario.tell(.consumerAttached).spawns)
    #expect(scenario.machine.nextDeadline == nil)
  }

  @Test func `an unfinished archive is rolled forward at registration`() {
    var machine = SupervisorMachine(settings: SupervisionSettings(), seed: 1)
    let registration = Registration(isTombstoned: true, isSettled: false)
    let effects = machine.register(ChildID(1), registration, at: Instant(nanoseconds: 5))
    #expect(settlements(effects) == [.none])
  }

  @Test func `an unfinished archive with a live holder stops it first`() {
    var machine = SupervisorMachine(settings: SupervisionSettings(), seed: 1)
    let registration = Registration(isTombstoned: true, isSettled: false, hasHolder: true)
    let effects = machine.register(ChildID(1), registration, at: Instant(nanoseconds: 5))
    #expect(settlements(effects) == [])
    #expect(effects.signals == [.terminate])
  }

  @Test func `an unfinished archive of a run that ended unwatched ends what it left first`() {
    var machine = SupervisorMachine(settings: SupervisionSettings(), seed: 1)
    let registration = Registration(isTombstoned: true, isSettled: false, hasEnded: true)
    let now = Instant(nanoseconds: 5)
    let effects = machine.register(ChildID(1), registration, at: now)
    #expect(settlements(effects) == [] && effects.signals == [])
    let exited = ChildEvent.exited(Incarnation(1), .signaled(9), leftovers: true)
    let afterExit = machine.handle(exited, for: ChildID(1), at: now)
    #expect(settlements(afterExit) == [] && afterExit.signals == [.terminate])
    let atLast = machine.handle(.emptied(Incarnation(1)), for: ChildID(1), at: now)
    #expect(settlements(atLast) == [.terminated])
  }
}
