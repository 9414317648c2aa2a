internal import SupervisionCore

/// Settings that somebody may configure, drawn from a number.
struct DrawnSettings {
  private(set) var settings = SupervisionSettings()
  /// Of one child that has some of its own; its stop timeout is no longer than that of all.
  private(set) var times = ChildTimes()

  init(_ number: UInt64) {
    var dice = Dice(seed: number)
    settings.idleTimeout = .seconds(Int64(dice.below(600)))
    // No shorter than the graces that archives are asked for with.
    settings.stopTimeout = .milliseconds(Int64(dice.below(17_000)) + 3_000)
    settings.startTimeout = .seconds(Int64(dice.below(120)) + 1)
    settings.extensionLimit = .seconds(Int64(dice.below(600)))
    settings.backoff.first = .milliseconds(Int64(dice.below(2_000)) + 1)
    settings.backoff.factor = 1 + Double(dice.below(30)) / 10
    settings.backoff.cap = .seconds(Int64(dice.below(300)) + 30)
    settings.backoff.jitter = Double(dice.below(9)) / 10
    settings.crashLimit = dice.below(10) + 1
    settings.poisonLimit = dice.below(5) + 1
    settings.childBudget.burst = Int64(dice.below(30) + 1)
    settings.daemonBudget.burst = Int64(dice.below(2_000) + 1)
    if dice.chance(50) { times.idleTimeout = .seconds(Int64(dice.below(60))) }
    if dice.chance(50) { times.stopTimeout = settings.stopTimeout.scaled(by: 0.5) }
    if dice.chance(50) { times.startTimeout = .seconds(Int64(dice.below(30)) + 1) }
  }
}
