internal import SupervisionCore

extension Schedule {
  /// The schedule that belongs to a seed.
  public init(drawnFrom seed: UInt64) {
    var dice = Dice(seed: seed)
    let children = dice.chance(60) ? 1 : dice.below(3) + 1
    let faults = FaultWeights(&dice)
    let tuning = Tuning(&dice)
    let mix = ActionMix(&dice)
    var steps: [Step] = []
    let count = dice.below(24) + 4
    steps.reserveCapacity(count)
    for _ in 0..<count {
      steps.append(Step(dice.pause(), mix.draw(&dice, children: children)))
    }
    self.init(seed: seed, children: children, faults: faults, tuning: tuning, steps: steps)
    // After what was there before, so that each seed's schedule stays what it was.
    drawKeeper(&dice)
    if dice.chance(40) { self.tuning.outageLimit = 2 }
    if dice.chance(25) { drawDisk(&dice) }
    self.tuning.sharesNumbers = dice.chance(70)
  }

  private mutating func drawDisk(_ dice: inout Dice) {
    for _ in 0...dice.below(3) {
      let action: Action
      switch dice.below(4) {
      case 0: action = .failWrites(dice.below(4) + 1)
      case 1: action = .slowDown(Int64(dice.below(3_000)))
      default: action = .cutPower
      }
      steps.insert(Step(dice.pause(), action), at: dice.below(steps.count + 1))
    }
  }

  private mutating func drawKeeper(_ dice: inout Dice) {
    tuning.hasKeeper = dice.chance(70)
    guard tuning.hasKeeper, dice.chance(20) else { return }
    steps.insert(Step(dice.pause(), .killKeeper), at: dice.below(steps.count))
  }
}

extension FaultWeights {
  /// About half of the faults are absent, so that the others are seen alone.
  init(_ dice: inout Dice) {
    badProgram = dice.weight(30)
    noResources = dice.weight(30)
    endsAtOnce = dice.weight(60)
    failsAtOnce = dice.weight(100)
    crashesLater = dice.weight(60)
    neverReady = dice.weight(30)
    ignoresTerminate = dice.weight(50)
    diesOfInterrupt = dice.weight(60)
    leavesProcesses = dice.weight(50)
    unkillable = dice.weight(30)
    slowAnswers = dice.weight(60)
    slowNews = dice.weight(60)
    // Most schedules are about something else.
    if dice.chance(70) { return }
    hangs = dice.weight(60)
    breaksDown = dice.weight(40)
    leaves = dice.weight(60)
    changesWatchdog = dice.weight(40)
    asksForTime = dice.weight(80)
  }
}

extension Tuning {
  init(_ dice: inout Dice) {
    if dice.chance(30) { crashLimit = 3 }
    if dice.chance(25) { childBurst = 3 }
    if dice.chance(15) { daemonBurst = 4 }
    readsInboxEarly = dice.chance(30)
    if dice.chance(12) { watchdogSeconds = dice.chance(30) ? 8 : 60 }
  }
}

/// Which actions a schedule has, and how often.
struct ActionMix {
  private enum Kind: Int, CaseIterable {
    case attach, detach, send, poison, touch, close, reopen, vanish, start, stop, interrupt, reset
    case restart, archive, purge, restore, foreignHolder, repeatNews, failTombstones, suspend
    case setWallClock, kill, shutDown, stall, retune
  }

  private var kinds: [Kind] = []

  init(_ dice: inout Dice) {
    for kind in Kind.allCases {
      let most = Self.most(kind)
      let share = dice.chance(40) ? 0 : dice.below(most) + 1
      for _ in 0..<share { kinds.append(kind) }
    }
    kinds.append(.send)
    kinds.append(.attach)
  }

  private static func most(_ kind: Kind) -> Int {
    switch kind {
    case .attach, .send: 8
    case .detach: 6
    case .poison, .archive, .restore, .kill, .stop, .start: 3
    case .touch, .close, .reopen, .interrupt, .reset, .restart, .repeatNews, .suspend, .retune: 2
    case .vanish, .purge, .foreignHolder, .failTombstones, .setWallClock, .shutDown, .stall: 1
    }
  }

  func draw(_ dice: inout Dice, children: Int) -> Action {
    let child = children == 1 ? 0 : dice.below(children)
    switch kinds[dice.below(kinds.count)] {
    case .attach: return .attach(child)
    case .detach: return .detach(child)
    case .send: return .send(child, poison: false)
    case .poison: return .send(child, poison: true)
    case .touch: return .touch(child)
    case .close: return .close(child)
    case .reopen: return .reopen(child)
    case .vanish: return .vanish(child)
    case .start: return .start(child)
    case .stop: return .stop(child)
    case .interrupt: return .interrupt(child)
    case .reset: return .reset(child)
    case .restart: return .restart(child)
    case .archive: return archive(child, &dice)
    case .purge: return .purge
    case .restore: return .restore(child)
    case .foreignHolder: return .foreignHolder(child)
    case .repeatNews: return .repeatNews(child)
    case .failTombstones: return .failTombstones(dice.below(3) + 1)
    case .suspend: return .suspend(Int64(dice.below(400_000)))
    case .stall: return .stall(Int64(dice.below(dice.chance(50) ? 2_000 : 90_000)))
    case .setWallClock: return .setWallClock(Int64(dice.below(200_000)) - 100_000)
    case .kill: return .kill(afterEffects: dice.below(8))
    case .shutDown: return .shutDown
    case .retune: return .retune(dice.seed())
    }
  }

  private func archive(_ child: Int, _ dice: inout Dice) -> Action {
    let reasons: [ArchiveReason] = [.archive, .delete, .purge]
    let grace = dice.chance(70) ? nil : Int64(dice.below(3_000))
    return .archive(child, reasons[dice.below(3)], graceMilliseconds: grace)
  }
}
