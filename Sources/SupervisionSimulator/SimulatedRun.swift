internal import SupervisionCore

/// How one run will behave, decided at its birth.
struct Behaviour {
  enum Birth { case works, badProgram, noResources }
  enum Leftovers { case none, mild, stubborn }

  var birth = Birth.works
  var awaitsReadiness = false
  var isEverReady = true
  var endsAfter: TimeSpan?
  var status = ExitStatus.exited(0)
  var ignoresTerminate = false
  var diesOfInterrupt = false
  var leftovers = Leftovers.none
  /// They are in a session of their own, where no signal to the group reaches them.
  var areApart = false
  /// SIGKILL takes effect only after this long.
  var resistsKill = TimeSpan.zero
  var answersAfter = TimeSpan.milliseconds(20)
  var hangsAfter: TimeSpan?
  var breaksDownAfter: TimeSpan?
  var leavesAfter: TimeSpan?
  var changesWatchdogAfter: TimeSpan?
  var asksForTime = false

  /// A handler as it should be.
  static let good = Behaviour()

  init() {}

  init(_ dice: inout Dice, _ faults: FaultWeights) {
    if dice.chance(faults.badProgram) { birth = .badProgram }
    if dice.chance(faults.noResources) { birth = .noResources }
    awaitsReadiness = dice.chance(40)
    isEverReady = !awaitsReadiness || !dice.chance(faults.neverReady)
    drawEnd(&dice, faults)
    ignoresTerminate = dice.chance(faults.ignoresTerminate)
    diesOfInterrupt = dice.chance(faults.diesOfInterrupt)
    if dice.chance(faults.leavesProcesses) { leftovers = dice.chance(50) ? .mild : .stubborn }
    if dice.chance(faults.unkillable) { resistsKill = dice.milliseconds(upTo: 90_000) }
    answersAfter = dice.milliseconds(upTo: dice.chance(faults.slowAnswers) ? 90_000 : 50)
    drawAnnouncements(&dice, faults)
    // No number is drawn for it, so that the history of each seed stays what it was.
    areApart = leftovers != .none && answersAfter.nanoseconds % 2_000_000 == 0
  }

  private mutating func drawAnnouncements(_ dice: inout Dice, _ faults: FaultWeights) {
    if dice.chance(faults.hangs) { hangsAfter = dice.milliseconds(upTo: 100_000) }
    if dice.chance(faults.breaksDown) { breaksDownAfter = dice.milliseconds(upTo: 100_000) }
    if dice.chance(faults.leaves) { leavesAfter = dice.milliseconds(upTo: 100_000) }
    if dice.chance(faults.changesWatchdog) {
      changesWatchdogAfter = dice.milliseconds(upTo: 100_000)
    }
    asksForTime = dice.chance(faults.asksForTime)
  }

  private mutating func drawEnd(_ dice: inout Dice, _ faults: FaultWeights) {
    if dice.chance(faults.endsAtOnce) {
      endsAfter = dice.milliseconds(upTo: 5)
    } else if dice.chance(faults.failsAtOnce) {
      endsAfter = dice.milliseconds(upTo: 5)
      status = .exited(1)
    } else if dice.chance(faults.crashesLater) {
      endsAfter = dice.milliseconds(upTo: dice.chance(50) ? 2_000 : 400_000)
      status = dice.chance(50) ? .signaled(11) : .exited(0)
    }
  }
}

/// The processes of one run.
struct SimulatedRun {
  let serial: Int
  var behaviour: Behaviour
  let startedAt: Instant
  /// Started by the dispatcher that lives now.
  var isOwn: Bool
  /// Whoever keeps exit statuses will hear of its end.
  var isKept = false
  /// Started by hand, and not by a dispatcher.
  var isForeign = false
  /// The number under which the present dispatcher knows it.
  var incarnation: Incarnation?
  var isLeaderAlive = true
  /// The supervisor was told of the leader's end.
  var isEndHeard = false
  var hasLeftovers = false
  var isReady = false
  var isAnswering = false
  /// The present dispatcher sent it a signal.
  var wasSignalled = false
  var isDying = false
  var answered = 0
  /// Answers that the dispatcher knew of when it started this run.
  var answersKnown: UInt64 = 0
  /// Within so much it gives a sign of life; zero: it gives none.
  var watchdog = TimeSpan.zero
  var lastSign: Instant
  /// It does nothing any more.
  var isHung = false
  var saidBroken = false

  var isAlive: Bool { isLeaderAlive || hasLeftovers }
}
