import TestSupport

/// What happens to the processes of one child, to be carried out in the simulated world and under the
/// real kernel alike.
struct ProcessScript: CustomStringConvertible {
  enum Step: Hashable {
    /// Somebody wants the child for a moment: a run begins, and none follows its end.
    case run
    /// Somebody starts one by hand, and it is found.
    case foreigner
    /// The leader ends by itself.
    case exit(Int32)
    /// A signal from elsewhere ends the leader alone.
    case die(Int32)
    /// SIGSTOP, to the leader and its group.
    case freeze
    // What people ask for.
    case interrupt, stop, start, archive, restore
  }

  /// How each run of the script behaves.
  struct Program: Hashable {
    enum Leftover: String, Hashable, CaseIterable { case none, mild, stubborn }

    var exists = true
    var ignoresTerminate = false
    var ignoresInterrupt = false
    /// What the leader has started and does not wait for.
    var leftover = Leftover.none
    /// That is in a session of its own.
    var isApart = false
  }

  var program = Program()
  var steps: [Step]

  var description: String {
    let own = program.words.joined(separator: " ")
    return "\(own): \(steps)"
  }

  /// Whether SIGTERM alone does not end everything.
  var needsKill: Bool { program.ignoresTerminate || program.leftover == .stubborn }
}

extension ProcessScript {
  /// The script that belongs to a seed: each step is one that can be taken where the child is then.
  init(drawnFrom seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    program = Program(&generator)
    steps = []
    var place = Place.idle
    for _ in 0..<Int.random(in: 4...7, using: &generator) {
      let step = place.steps(of: program).randomElement(using: &generator) ?? .run
      place = place.after(step, program)
      steps.append(step)
    }
  }

  /// Where the child is, as far as it decides what may come next.
  private enum Place {
    case idle, live, found, frozen, interrupted, down, archived

    func steps(of program: Program) -> [Step] {
      switch self {
      // What an adopted leader left in another session, nobody can tell from other programs.
      case .idle: program.isApart || !program.exists ? [.run, .run, .run, .stop] : Self.idleSteps
      case .live, .found: [.exit(0), .exit(3), .die(9), .die(14), .freeze] + Self.asked
      case .frozen: [.die(9), .stop, .archive]
      case .interrupted: [.stop, .archive]
      case .down: [.start]
      case .archived: [.restore]
      }
    }

    private static let idleSteps: [Step] = [.run, .run, .foreigner, .stop, .archive]
    private static let asked: [Step] = [.interrupt, .stop, .archive]

    func after(_ step: Step, _ program: Program) -> Place {
      switch step {
      case .run: program.exists ? .live : .idle
      case .foreigner: .found
      case .exit, .die, .restore, .start: .idle
      case .freeze: .frozen
      case .interrupt: program.ignoresInterrupt ? .interrupted : .idle
      case .stop: .down
      case .archive: .archived
      }
    }
  }
}

extension ProcessScript.Program {
  fileprivate init(_ generator: inout SeededGenerator) {
    exists = Int.random(in: 0..<8, using: &generator) > 0
    ignoresTerminate = Int.random(in: 0..<4, using: &generator) == 0
    ignoresInterrupt = Bool.random(using: &generator)
    leftover = Leftover.allCases.randomElement(using: &generator) ?? .none
    isApart = leftover != .none && Bool.random(using: &generator)
  }
}
