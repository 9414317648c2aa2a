internal import Glibc
internal import LinuxSystem

/// The end of a program and of everything that it left behind, while it goes on.
struct ProgramTermination {
  private var ending: ProgramEnding
  private var isKilling = false

  /// Begins at an instant that may be yet to come.
  init(usesTerminal: Bool = false, at start: Int64) {
    ending = ProgramEnding(usesTerminal: usesTerminal, at: start)
  }

  /// When the next step is due.
  var deadline: Int64? { ending.deadline }

  /// Takes the steps that are due; true when it is over, because no child is left or none can die.
  mutating func advance(
    hasChildren: Bool, at now: Int64, signal: (Signal) -> Void
  ) -> Bool {
    var isOver = !hasChildren
    while !isOver, let step = ending.dueStep(at: now) {
      switch step {
      case .terminate:
        signal(.terminate)
        signal(.continue)
      case .hangUp: signal(.hangup)
      case .kill: isKilling = true
      case .giveUp: isOver = true
      }
    }
    if isKilling && !isOver { killDescendants() }
    return isOver
  }

  /// Repeated after each death until nobody is left: they may have made children meanwhile.
  private func killDescendants() {
    for pid in ProcessTable.descendants(of: CurrentProcess.pid) { kill(pid, SIGKILL) }
  }
}
