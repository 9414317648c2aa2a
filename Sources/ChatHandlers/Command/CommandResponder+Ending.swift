internal import LinuxSystem

// Ending the program.
extension CommandResponder {
  /// Begins to end the program, and the handler after it unless `exit` is nil.
  func end(_ exit: HandlerExit?, at now: Int64) {
    phase = .ending(exit)
    watch = nil
    termination = ProgramTermination(usesTerminal: settings.usesTerminal, at: now)
    program?.dropInput()
    program?.resumeOutput()
  }

  func advanceEnding(
    _ exit: HandlerExit?, hasChildren: Bool, at now: Int64
  ) throws(HandlerExit) {
    let isOver = termination?.advance(hasChildren: hasChildren, at: now) { program?.signal($0) }
    if isOver ?? true { try finishEnding(exit, at: now) }
  }

  private func finishEnding(_ exit: HandlerExit?, at now: Int64) throws(HandlerExit) {
    program = nil
    termination = nil
    if let exit { phase = .ended(exit) } else { try launch(at: now) }
  }

  /// Reaps the program and the orphans it left; false when there are no children any more.
  func reapChildren(at now: Int64) -> Bool {
    ChildReaper.reapAll { pid in pid == program?.pid && program?.reap(at: now) == true }
  }
}
