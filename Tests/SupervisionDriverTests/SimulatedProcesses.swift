@testable import SupervisionCore
@testable import SupervisionSimulator

/// Carries a script out in the simulated world.
struct SimulatedProcesses {
  /// What a step may lead to there: the decisions, and the state in the end.
  struct Outcome: Hashable {
    let decisions: [String]
    let state: ChildState.Name
  }

  private static let child = ChildID(0)
  private var world: SimulatedWorld
  private var seen = 0

  /// Of each step all that may come of it, whatever the simulated kernel leaves to chance.
  static func outcomes(of script: ProcessScript, chances: UInt64 = 60) -> [Set<Outcome>] {
    var all = script.steps.map { _ in Set<Outcome>() }
    for seed in 1...chances {
      var processes = SimulatedProcesses(script, seed: seed)
      for (index, step) in script.steps.enumerated() {
        all[index].insert(processes.perform(step, script.program))
      }
    }
    return all
  }

  private init(_ script: ProcessScript, seed: UInt64) {
    world = SimulatedWorld(Schedule(seed: seed, children: 1, steps: []))
    world.settings = script.settings
    world.checker.retuned(script.settings)
    world.behaviour = Behaviour(script.program)
    world.decisions = []
    world.bootDispatcher()
    world.settle(within: 1_000)
    seen = world.decisions?.count ?? 0
  }

  private mutating func perform(
    _ step: ProcessScript.Step, _ program: ProcessScript.Program
  ) -> Outcome {
    take(step)
    world.settle(within: 1_000)
    let decisions = world.decisions ?? []
    defer { seen = decisions.count }
    let state = world.machine.state(of: Self.child)?.name ?? .resting
    return Outcome(decisions: decisions[seen...].map(\.summary), state: state)
  }

  private mutating func take(_ step: ProcessScript.Step) {
    switch step {
    case .run:
      world.tell(.consumerAttached, 0)
      world.tell(.consumerDetached, 0)
    case .foreigner:
      world.perform(.foreignHolder(0))
      // Its parent tells how it ended, as a keeper would.
      world.children[0].run?.isKept = true
      world.tell(.holderFound, 0)
    case .exit(let code): world.plan(.end(.exited(code)), 0, after: .zero)
    case .die(let signal): world.plan(.end(.signaled(signal)), 0, after: .zero)
    // Who is stopped is continued with whatever asks it to end: nothing that a dispatcher sees.
    case .freeze: break
    case .interrupt: world.tell(.interruptRequested, 0)
    case .stop: world.tell(.stopRequested, 0)
    case .start: world.tell(.startRequested, 0)
    case .archive: world.tell(.archiveRequested(.archive, grace: nil), 0)
    case .restore: world.tell(.restoreRequested, 0)
    }
  }
}

extension Behaviour {
  fileprivate init(_ program: ProcessScript.Program) {
    self.init()
    if !program.exists { birth = .badProgram }
    ignoresTerminate = program.ignoresTerminate
    diesOfInterrupt = !program.ignoresInterrupt
    areApart = program.isApart
    switch program.leftover {
    case .none: leftovers = .none
    case .mild: leftovers = .mild
    case .stubborn: leftovers = .stubborn
    }
  }
}

extension Decision {
  /// What must be the same in both worlds: everything but times and numbers.
  var summary: String {
    let end = exit.map { ", \($0)" } ?? ""
    return "\(from) → \(to): \(clause.rawValue)\(end)"
  }
}

extension ProcessScript {
  /// Nothing happens by itself but what the script says, and what a stop does in the end.
  var settings: SupervisionSettings {
    var settings = SupervisionSettings()
    settings.idleTimeout = .infinity
    settings.startTimeout = .seconds(600)
    settings.stopTimeout = needsKill ? .milliseconds(200) : .seconds(600)
    settings.killTimeout = .seconds(600)
    settings.backoff.first = .zero
    settings.backoff.cap = .zero
    settings.crashLimit = 1_000
    settings.childBudget.burst = 1_000
    return settings
  }
}
