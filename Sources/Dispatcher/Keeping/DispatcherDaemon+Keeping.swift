internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver

/// The keeper, where this dispatcher has one: it knows how handlers ended that were not its own.
extension DispatcherDaemon {
  /// Asks it from now on, and notices when it goes.
  func listenToKeeper() throws {
    guard let keeper else { return }
    try keeper.descriptor.setCloseOnExec(true)
    driver.witness = { keeper.exit(of: $0) }
    supervisor.keeper = keeper
    keeperRegistration = try driver.loop.add(keeper.descriptor, for: .readable) { [weak self] _ in
      keeper.look()
      if keeper.isLost { self?.noteLostKeeper() }
    }
  }

  /// It goes on without: how handlers end that are its own children it sees by itself.
  private func noteLostKeeper() {
    guard let registration = keeperRegistration else { return }
    driver.loop.remove(registration)
    keeperRegistration = nil
    // The unit's next main process starts a dispatcher that needs the project.
    if unit != nil { return end(leavingHandlers: true) }
    log.warn(.keeperLost, "the keeper is gone: nobody starts this dispatcher again when it dies")
    judgeUnwatchedEnds()
  }

  /// Has systemd keep runs for the next dispatcher, unless a keeper knows how they end.
  ///
  /// The dispatchers of one keeper get the same descriptors over and over, those that were kept when it
  /// was started. What they say would be out of date, so nothing is left there.
  func keepRuns(with store: RunStore?) {
    if keeper == nil { supervisor.runStore = store } else { store?.letGoOfUnclaimed() }
  }

  /// Says that this dispatcher is to be started again when it dies.
  func announceToKeeper() {
    keeper?.ready(stopTimeout: driver.machine.settings.stopTimeout.nanoseconds)
  }

  /// The last word to it: without it, it ends every handler that is left.
  func takeLeaveOfKeeper() {
    guard leavesHandlers, !hasIdledOut else { return }
    if isFollowed { keeper?.leaveForTheNext() } else { keeper?.leave() }
  }
}

extension KeeperLink {
  /// How this very process ended, once it has; nil when the keeper does not know.
  func exit(of process: ProcessIdentity) -> LinuxSystem.ExitStatus? {
    lastEnd(of: process.pid).flatMap { $0.startTicks == process.startTime ? $0.status : nil }
  }
}
