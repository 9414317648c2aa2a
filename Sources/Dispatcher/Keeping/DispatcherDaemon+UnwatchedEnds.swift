internal import ControlProtocol
internal import LinuxSystem
internal import SupervisionDriver

/// Who will know how handlers end while there is no dispatcher: found out at the start, told whenever
/// it changes.
extension DispatcherDaemon {
  /// At once where the service manager need not be asked.
  func findOutAboutUnwatchedEnds() {
    supervisor.runStore?.tryOut(driver.loop) { [weak self] in self?.judgeUnwatchedEnds() }
    judgeUnwatchedEnds()
  }

  func judgeUnwatchedEnds() {
    guard let present = presentUnwatchedEnds, present != unwatchedEnds else { return }
    unwatchedEnds = present
    log.write(.tells(present))
    if reporter.isReady && !isEnding { reporter.status(statusLine) }
  }

  /// Nil as long as the service manager has not answered: its word counts before the keeper's.
  private var presentUnwatchedEnds: UnwatchedEnds? {
    if let store = supervisor.runStore {
      guard let keeps = store.keepsDescriptors else { return nil }
      if keeps { return .serviceManager }
    }
    if let keeper, !keeper.isLost { return .keeper }
    if KeeperLink.wasThere { return .unknown(.keeperLost) }
    return .unknown(storeObstacle ?? .storeRefused)
  }
}

extension LogEntry {
  /// What somebody may want to do something about is a warning.
  fileprivate static func tells(_ ends: UnwatchedEnds) -> LogEntry {
    let (level, event): (Level, LogEvent) =
      switch ends {
      case .serviceManager, .keeper: (.info, .endsKnown)
      case .unknown(.noKeeper), .unknown(.oldKernel): (.info, .endsUnknown)
      case .unknown(.keeperLost), .unknown(.storeRefused): (.warning, .endsUnknown)
      }
    return LogEntry(
      level: level, event: event, message: "\(UnwatchedEnds.subject): \(ends.sentence)",
      fields: [(name: "WG_REASON", value: ends.cause?.rawValue ?? ends.name)])
  }
}
