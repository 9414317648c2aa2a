internal import Glibc
internal import LinuxSystem
internal import SystemPackage

// Ending the program.
extension CommandResponder {
  /// Begins to end the program, and the handler after it unless `exit` is nil.
  func end(_ exit: HandlerExit?, at now: Int64) {
    phase = .ending(exit)
    watch = nil
    ending = ProgramEnding(usesTerminal: settings.usesTerminal, at: now)
    isKilling = false
    program?.dropInput()
    program?.resumeOutput()
  }

  func advanceEnding(
    _ exit: HandlerExit?, hasChildren: Bool, at now: Int64
  ) throws(HandlerExit) {
    var isOver = !hasChildren
    while !isOver, let step = ending?.dueStep(at: now) {
      switch step {
      case .terminate:
        program?.signal(.terminate)
        program?.signal(.continue)
      case .hangUp: program?.signal(.hangup)
      case .kill: isKilling = true
      case .giveUp: isOver = true
      }
    }
    if isOver { try finishEnding(exit, at: now) } else if isKilling { killDescendants() }
  }

  /// Repeated after each death until nobody is left: they may have made children meanwhile.
  private func killDescendants() {
    for pid in ProcessTable.descendants(of: CurrentProcess.pid) { kill(pid, SIGKILL) }
  }

  private func finishEnding(_ exit: HandlerExit?, at now: Int64) throws(HandlerExit) {
    program = nil
    ending = nil
    if let exit { phase = .ended(exit) } else { try launch(at: now) }
  }

  /// Reaps the program and the orphans it left; false when there are no children any more.
  func reapChildren(at now: Int64) -> Bool {
    do throws(Errno) {
      while let child = try ChildReaper.peekAny() {
        if child.pid == program?.pid, program?.reap(at: now) == true { continue }
        _ = try ChildReaper.reap(child.pid)
      }
      return true
    } catch {
      return false
    }
  }
}
