internal import DecisionRecords
internal import JSONLines
internal import SupervisionCore
internal import SupervisionSimulator

/// Has another program go on after each turn of simulated schedules.
enum UpgradeCheck {
  /// Prints the first schedule in which that makes a difference; whether there was none.
  static func run(_ options: Options) -> Bool {
    for index in 0..<options.schedules {
      let seed = options.seed &+ index
      let violation = Simulation.checkUpgrades(Schedule(drawnFrom: seed)) { snapshot, now in
        passOn(snapshot, at: now)
      }
      if let violation {
        Console.write("seed \(seed): \(violation.invariant.rawValue): \(violation.detail)")
        return false
      }
    }
    Console.write("upgrades   after each turn of \(options.schedules) schedules, no difference")
    return true
  }

  /// As another program reads it; nil when it cannot.
  private static func passOn(
    _ snapshot: SupervisorSnapshot, at now: Instant
  ) -> SupervisorSnapshot? {
    let written = snapshot.recorded(at: now).encoded()
    return try? SupervisorSnapshot(recorded: JSONValue.parse(written))
  }
}
