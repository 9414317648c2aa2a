internal import SupervisionCore
internal import SupervisionSimulator

/// What a person reads at the end.
enum Report {
  /// Prints the history of one seed's schedule; whether nothing broke.
  static func traceOne(_ seed: UInt64) -> Bool {
    let schedule = Schedule(drawnFrom: seed)
    let outcome = Simulation.run(schedule, tracing: true)
    Console.write(outcome.history.joined(separator: "\n"))
    Console.write("\(schedule)")
    guard let violation = outcome.violation else { return true }
    Console.write("broken: \(violation.text)")
    return false
  }

  /// Prints the figures and the first failure; whether there was none.
  static func summarize(_ tally: Tally, seconds: Double) -> Bool {
    Console.write(
      """
      schedules  \(tally.schedules)  (\(Int(Double(tally.schedules) * 60 / seconds)) a minute)
      events     \(tally.events)  (\(Int(Double(tally.events) / seconds)) a second)
      clauses    \(covered(tally.coverage.missedClauses.count, of: tally.coverage.allClauses))
      pairs      \(covered(tally.coverage.missedPairs.count, of: tally.coverage.allPairs))
      """)
    printMissed(tally.coverage)
    guard let seed = tally.failedSeed else { return true }
    printFailure(seed)
    return false
  }

  private static func covered(_ missed: Int, of all: Int) -> String { "\(all - missed) of \(all)" }

  private static func printMissed(_ coverage: Coverage) {
    for clause in coverage.missedClauses { Console.write("never: clause \(clause.rawValue)") }
    for (state, event) in coverage.missedPairs { Console.write("never: \(state), \(event)") }
  }

  private static func printFailure(_ seed: UInt64) {
    guard let failure = Simulation.check(seed: seed) else { return }
    Console.write(failure.history.suffix(60).joined(separator: "\n"))
    Console.write("\(failure.schedule)")
    Console.write("seed \(seed) broke: \(failure.violation.text)")
  }
}

extension Violation {
  var text: String { "\(invariant.rawValue) (child \(child)): \(detail)" }
}
