import SupervisionCore
import SupervisionSimulator
import Testing

/// Schedules that once broke an invariant, cut short, each named for what was wrong.
struct RegressionTests {
  private func breaks(_ schedule: Schedule) -> Violation? { Simulation.run(schedule).violation }

  @Test func `what changes when a parking ends reaches the disk`() {
    var schedule = Schedule(
      seed: 10, children: 1,
      steps: [Step(0, .attach(0)), Step(244_570_904, .start(0)), Step(0, .close(0))])
    schedule.faults.failsAtOnce = 98
    schedule.tuning.crashLimit = 3
    #expect(breaks(schedule) == nil)
  }

  @Test func `a vanished task is not started when its tombstone is gone`() {
    var schedule = Schedule(
      seed: 13, children: 1,
      steps: [
        Step(323_207, .reset(0)), Step(0, .shutDown), Step(90_142_304, .vanish(0)),
        Step(0, .attach(0)), Step(0, .restart(0)), Step(7_599_226, .restore(0)),
      ])
    schedule.faults.slowNews = 17
    schedule.tuning.readsInboxEarly = true
    #expect(breaks(schedule) == nil)
  }

  @Test func `a missing program is no reason to set a message aside`() {
    var schedule = Schedule(
      seed: 18, children: 1,
      steps: [Step(355, .send(0, poison: true)), Step(0, .send(0, poison: true))])
    schedule.faults.badProgram = 13
    schedule.faults.noResources = 4
    schedule.faults.endsAtOnce = 59
    schedule.faults.leavesProcesses = 14
    schedule.faults.slowNews = 27
    #expect(breaks(schedule) == nil)
  }

  @Test func `the first crash after a long useful run is followed by a delay`() {
    var schedule = Schedule(
      seed: 57, children: 1,
      steps: [
        Step(0, .start(0)), Step(0, .send(0, poison: false)), Step(298_274_913, .detach(0)),
        Step(0, .send(0, poison: true)),
      ])
    schedule.faults.crashesLater = 6
    schedule.faults.diesOfInterrupt = 20
    schedule.tuning.readsInboxEarly = true
    #expect(breaks(schedule) == nil)
  }

  @Test func `an unfinished archive is not called done while its process lives`() {
    var schedule = Schedule(
      seed: 162, children: 1,
      steps: [
        Step(0, .attach(0)), Step(918, .kill(afterEffects: 5)), Step(0, .start(0)),
        Step(0, .purge),
      ])
    schedule.tuning.crashLimit = 3
    schedule.tuning.daemonBurst = 4
    #expect(breaks(schedule) == nil)
  }

  @Test func `a stop that follows a restore is kept`() {
    for seed in 1...50 as ClosedRange<UInt64> {
      let schedule = Schedule(
        seed: seed, children: 1,
        steps: [
          Step(0, .attach(0)), Step(2_000_000, .archive(0, .archive, graceMilliseconds: nil)),
          Step(20_000_000, .restore(0)), Step(0, .stop(0)),
        ])
      #expect(breaks(schedule) == nil, "seed \(seed)")
    }
  }

  @Test func `an archive that follows a restore is kept`() {
    for seed in 1...50 as ClosedRange<UInt64> {
      let schedule = Schedule(
        seed: seed, children: 1,
        steps: [
          Step(0, .attach(0)), Step(2_000_000, .archive(0, .archive, graceMilliseconds: nil)),
          Step(20_000_000, .restore(0)), Step(0, .archive(0, .purge, graceMilliseconds: nil)),
        ])
      #expect(breaks(schedule) == nil, "seed \(seed)")
    }
  }

  @Test func `answers of an earlier run are not counted for a later one`() {
    var schedule = Schedule(
      seed: 966, children: 1,
      steps: [
        Step(0, .send(0, poison: false)), Step(0, .foreignHolder(0)),
        Step(177_354_748, .attach(0)), Step(325_845_818, .vanish(0)), Step(0, .attach(0)),
        Step(0, .attach(0)), Step(2_166_419, .restore(0)), Step(0, .restore(0)),
      ])
    schedule.faults.endsAtOnce = 100
    schedule.tuning.crashLimit = 3
    #expect(breaks(schedule) == nil)
  }

  @Test func `a clock that is set back does not park a child for longer`() {
    var schedule = Schedule(
      seed: 2672, children: 3,
      steps: [
        Step(0, .attach(2)), Step(12_197_769, .setWallClock(-90_282)),
        Step(0, .kill(afterEffects: 5)), Step(0, .send(0, poison: false)),
      ])
    schedule.faults.failsAtOnce = 100
    schedule.tuning.crashLimit = 3
    schedule.tuning.daemonBurst = 4
    #expect(breaks(schedule) == nil)
  }

  @Test func `a message that comes while an old answer is on its way is served`() {
    var schedule = Schedule(
      seed: 1605, children: 2,
      steps: [Step(286, .close(0)), Step(0, .send(1, poison: false))])
    schedule.faults.slowNews = 35
    schedule.tuning.readsInboxEarly = true
    #expect(breaks(schedule) == nil)
  }

  @Test func `a run that hangs is given the kill timeout where the stop timeout is shorter`() {
    var schedule = Schedule(
      seed: 1_100_395, children: 3,
      steps: [Step(0, .retune(11_716_723_789_643_920_929)), Step(0, .attach(1))])
    schedule.faults.unkillable = 17
    schedule.faults.slowNews = 20
    schedule.faults.breaksDown = 36
    schedule.tuning.crashLimit = 3
    schedule.tuning.outageLimit = 2
    schedule.tuning.readsInboxEarly = true
    #expect(breaks(schedule) == nil)
  }

  @Test func `old news of a process begins no stop anew that began under other settings`() {
    var schedule = Schedule(
      seed: 1_106_844, children: 1,
      steps: [
        Step(0, .restore(0)), Step(0, .attach(0)), Step(0, .attach(0)),
        Step(12_807_272, .repeatNews(0)), Step(0, .vanish(0)), Step(361_498, .reopen(0)),
        Step(0, .repeatNews(0)), Step(0, .retune(14_723_109_487_721_176_825)),
      ])
    schedule.faults.crashesLater = 16
    schedule.faults.diesOfInterrupt = 19
    schedule.faults.slowAnswers = 8
    schedule.faults.slowNews = 23
    schedule.faults.hangs = 16
    schedule.faults.changesWatchdog = 9
    schedule.tuning.crashLimit = 3
    #expect(breaks(schedule) == nil)
  }

  @Test func `two readings of one inbox do not overtake each other`() {
    var schedule = Schedule(
      seed: 1_453_016, children: 2,
      steps: [
        Step(207_907_700, .restart(1)), Step(0, .reset(1)), Step(0, .reopen(1)),
        Step(0, .reset(0)), Step(11_043_635, .send(0, poison: false)),
        Step(218_239_251, .retune(12_229_510_725_476_311_365)), Step(0, .send(0, poison: true)),
      ])
    schedule.faults.badProgram = 21
    schedule.faults.noResources = 10
    schedule.faults.crashesLater = 40
    schedule.faults.neverReady = 2
    schedule.faults.leavesProcesses = 5
    schedule.faults.slowNews = 55
    schedule.tuning.daemonBurst = 4
    schedule.tuning.outageLimit = 2
    schedule.tuning.readsInboxEarly = true
    #expect(breaks(schedule) == nil)
  }

  @Test(
    arguments: [
      128, 886, 987, 42_027, 66_163, 102_260, 125_873, 300_991, 546_892, 1_215_308, 2_448_077,
      2_543_930, 4_118_980, 5_500_690, 8_025_727, 26_345_263, 27_460_421,
    ] as [UInt64])
  func `a seed whose whole schedule once broke something breaks nothing`(_ seed: UInt64) {
    #expect(breaks(Schedule(drawnFrom: seed)) == nil)
  }
}
