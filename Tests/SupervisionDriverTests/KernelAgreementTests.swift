import LinuxSystem
import TestSupport
import Testing

/// The simulated kernel is held against the real one: what comes of a script under the real one must
/// be something that the simulated one does too.
///
/// WG_TEST_SEED and WG_TEST_SCRIPTS choose other scripts, and more of them.
@Suite(.serialized) struct KernelAgreementTests {
  @Test func `random scripts lead to the same decisions in both worlds`() async {
    await #expect(processExitsWith: .success) {
      let first = UInt64(CurrentProcess.variable("WG_TEST_SEED") ?? "") ?? 1
      let count = UInt64(CurrentProcess.variable("WG_TEST_SCRIPTS") ?? "") ?? 20
      for seed in first..<(first + count) {
        let script = ProcessScript(drawnFrom: seed)
        let difference = try Agreement.difference(script)
        #expect(difference == nil, "seed \(seed), \(script): \(difference ?? "")")
      }
    }
  }

  @Test func `what each kind of program does when it is asked to end is the same`() async {
    await #expect(processExitsWith: .success) {
      for leftover in ProcessScript.Program.Leftover.allCases {
        for isApart in leftover == .none ? [false] : [false, true] {
          var script = ProcessScript(steps: [.run, .stop, .start, .run, .exit(3), .run, .die(9)])
          script.program.leftover = leftover
          script.program.isApart = isApart
          let difference = try Agreement.difference(script)
          #expect(difference == nil, "\(script): \(difference ?? "")")
        }
      }
    }
  }

  @Test func `a kernel that is simulated wrongly is found`() async {
    await #expect(processExitsWith: .success) {
      for fault in Agreement.faults {
        let difference = try Agreement.difference(fault.script, simulatedAs: fault.wrong)
        #expect(difference != nil, "\(fault.script) as \(fault.wrong)")
      }
    }
  }
}

/// Holds both worlds against each other.
private enum Agreement {
  /// The first step of which the real kernel made something that the simulated one never does.
  static func difference(_ script: ProcessScript) throws -> String? {
    try difference(script, SimulatedProcesses.outcomes(of: script), within: 60)
  }

  /// The same where the simulated world takes the program for another one: nothing is to be waited
  /// for.
  static func difference(
    _ script: ProcessScript, simulatedAs wrong: ProcessScript.Program
  ) throws -> String? {
    var simulated = script
    simulated.program = wrong
    return try difference(script, SimulatedProcesses.outcomes(of: simulated), within: 2)
  }

  private static func difference(
    _ script: ProcessScript, _ outcomes: [Set<SimulatedProcesses.Outcome>], within seconds: Int64
  ) throws -> String? {
    let real = try RealProcesses(script)
    defer { _ = try? real.finish() }
    for (step, possible) in zip(script.steps, outcomes) {
      let outcome = try real.perform(step, expecting: possible, within: seconds)
      if !possible.contains(outcome) {
        return "\(step): \(outcome), and not one of \(possible)"
      }
    }
    return nil
  }

  private typealias Program = ProcessScript.Program

  /// Programs that the simulated kernel takes for others.
  static let faults: [(script: ProcessScript, wrong: ProcessScript.Program)] = [
    (ProcessScript(program: Program(leftover: .mild), steps: [.run, .exit(0)]), Program()),
    (ProcessScript(steps: [.run, .exit(3)]), Program(leftover: .mild)),
    (ProcessScript(program: Program(ignoresTerminate: true), steps: [.run, .stop]), Program()),
    (ProcessScript(steps: [.run, .interrupt, .stop]), Program(ignoresInterrupt: true)),
    (ProcessScript(program: Program(exists: false), steps: [.run]), Program()),
  ]
}
