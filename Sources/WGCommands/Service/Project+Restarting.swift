internal import ChatStorage
internal import ControlProtocol
internal import TimeSpans

extension Project {
  /// Ends the dispatcher and starts another, by systemd where a unit serves the project.
  ///
  /// Whatever happens in between, no dispatcher is left outside of a unit that believes to have it.
  func restartService(within limit: TimeSpan?) throws -> Report {
    let running = try runningService()
    if let running, let unit = try unit(of: running) { return try restart(unit, within: limit) }
    switch try installedUnit() {
    case .found(let unit):
      // One that was started beside the unit makes room for it, and its handlers too: they could not
      // come into the unit.
      if running != nil { try stopForGood(keepHandlers: false, within: limit) }
      return try restart(unit, within: limit)
    case .none: return try restartWithoutUnit(within: limit)
    case .gone(let unit, let reason):
      var report = try restartWithoutUnit(within: limit)
      report.notes.append(Self.gone(unit, reason))
      return report
    }
  }

  private func restart(_ unit: ServingUnit, within limit: TimeSpan?) throws -> Report {
    try unit.restart(until: Self.deadline(limit))
    return try startedReport(notes: [
      "systemd restarted \(unit.unit.name); its handlers went on"
    ])
  }

  private func restartWithoutUnit(within limit: TimeSpan?) throws -> Report {
    try refuseToRunAsRoot()
    if try restartByKeeper(within: limit) { return try startedReport() }
    let options = try startOptions()
    try stopForGood(keepHandlers: true, within: limit)
    return try startDirectly(options: options)
  }

  private func stopForGood(keepHandlers: Bool, within limit: TimeSpan?) throws {
    let stopped = try stopService(
      .init(force: false, keepHandlers: keepHandlers), within: limit)
    if let failure = stopped.failure { throw failure }
  }
}
