internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage

extension DispatcherDaemon {
  /// Everything that is in no file, as it is now; nil before requests are served.
  func state(for upgrade: DispatcherState.Upgrade) -> DispatcherState? {
    guard let control, let server else { return nil }
    return DispatcherState(
      machine: driver.machine.snapshot, takenAt: Instant(nanoseconds: Clock.monotonic),
      pid: CurrentProcess.pid, startedAt: startedAt, lock: lock.descriptor.rawValue,
      control: DispatcherState.Control(
        listeners: control.listeners.map(\.descriptor.rawValue), path: control.path.string,
        isPassed: control.isPassed),
      runs: driver.runStates.map(DispatcherState.Run.init),
      ears: supervisor.notifications.earStates.map(DispatcherState.Ear.init),
      chats: supervisor.chats.all.map(DispatcherState.Chat.init), connections: server.states,
      upgrade: upgrade)
  }
}

extension DispatcherState.Process {
  fileprivate init(_ process: ProcessDescriptor) {
    self.init(pid: process.pid, descriptor: process.descriptor.rawValue)
  }
}

extension DispatcherState.Run {
  fileprivate init(_ run: RunState) {
    self.init(
      chat: run.child.number, incarnation: run.incarnation.number,
      pid: run.pid, leader: run.leader?.descriptor.rawValue, isExternal: run.isExternal,
      isInGroup: run.isInGroup, exit: run.exit, isReported: run.isReported, reaped: run.reaped,
      ending: run.ending?.rawValue, leftovers: run.leftovers.map(DispatcherState.Process.init))
  }
}

extension DispatcherState.Ear {
  fileprivate init(_ ear: EarState) {
    self.init(
      chat: ear.child.number, incarnation: ear.incarnation.number,
      socket: ear.socket.descriptor.rawValue, address: "\(ear.address)")
  }
}

extension DispatcherState.Chat {
  private static let refreshBudget = 1 << 20

  fileprivate init(_ chat: SupervisedChat) {
    // What was answered until now is counted before the count begins anew.
    _ = try? chat.conversation?.refresh(budget: Self.refreshBudget)
    let past = chat.past
    self.init(
      number: chat.id.number, isClosed: chat.row?.isClosed, answered: chat.answered,
      restarts: past.restarts, stateSince: past.stateSince, lastPid: past.lastPid,
      lastExit: past.lastExit, limitRemark: past.limitRemark,
      handlerStatus: past.handlerStatus, lastWords: past.lastWords)
  }
}
