package import LinuxSystem
package import SupervisionCore

/// What is known of the processes of one run, to be passed to another program in this process.
package struct RunState {
  package var child: ChildID
  package var incarnation: Incarnation
  /// The leader's number.
  package var pid: Int32
  /// Nil when it had ended before anybody here could open it.
  package var leader: ProcessDescriptor?
  package var isExternal: Bool
  /// Its processes are in the child's control group.
  package var isInGroup: Bool
  package var exit: SupervisionCore.ExitStatus?
  package var isReported: Bool
  package var reaped: Int
  package var ending: Signal?
  package var leftovers: [ProcessDescriptor]

  package init(
    child: ChildID, incarnation: Incarnation, pid: Int32, leader: ProcessDescriptor?,
    isExternal: Bool, isInGroup: Bool, exit: SupervisionCore.ExitStatus?, isReported: Bool,
    reaped: Int, ending: Signal?, leftovers: [ProcessDescriptor]
  ) {
    self.child = child
    self.incarnation = incarnation
    self.pid = pid
    self.leader = leader
    self.isExternal = isExternal
    self.isInGroup = isInGroup
    self.exit = exit
    self.isReported = isReported
    self.reaped = reaped
    self.ending = ending
    self.leftovers = leftovers
  }

  /// A run that this one continues; nil for one that makes no sense.
  fileprivate func processes(in group: ControlGroup?) -> RunProcesses? {
    if isExternal, let earlier {
      return RunProcesses(child: child, incarnation: incarnation, earlier: earlier, group: group)
    }
    guard let leader, !isExternal else { return nil }
    return RunProcesses(child: child, incarnation: incarnation, leader: leader, group: group)
  }

  private var earlier: EarlierRun? {
    if let exit { return .ended(pid: pid, exit, leader) }
    return leader.map { .alive($0) }
  }
}

extension ChildDriver {
  /// Every run that has a process, or had one a moment ago.
  package var runStates: [RunState] {
    runs.values.sorted { $0.child < $1.child }.map { run in
      RunState(
        child: run.child, incarnation: run.incarnation, pid: run.pid, leader: run.leader,
        isExternal: run.isExternal, isInGroup: run.group != nil, exit: run.exit,
        isReported: run.isReported, reaped: run.reaped, ending: run.ending,
        leftovers: run.leftovers.values.map(\.descriptor).sorted { $0.pid < $1.pid })
    }
  }

  /// Watches a run that the program before this one had; false for one that makes no sense.
  ///
  /// Its processes notice nothing.
  package func resume(_ state: RunState) -> Bool {
    let group = state.isInGroup ? delegate?.controlGroup(of: state.child) : nil
    guard let run = state.processes(in: group) else { return false }
    run.exit = state.exit
    run.isReported = state.isReported
    run.reaped = state.reaped
    take(run)
    for process in state.leftovers { keep(process, in: run) }
    // Last: what is kept from now on turns up late, and is asked to end too.
    run.ending = state.ending
    return true
  }
}
