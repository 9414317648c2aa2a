internal import ChatStorage
internal import ControlProtocol

/// A unit as `wg service status` shows it.
struct UnitSummary {
  let unit: ServiceUnit
  /// What its manager says, or why that is not known.
  let state: String
}

extension Project {
  /// The unit that the dispatcher says it is, else the one that was installed; nil when there is none.
  ///
  /// Never fails: what cannot be found out is said in place of the state.
  func unitForStatus(_ status: ServiceStatus) -> UnitSummary? {
    guard let unit = unitNamed(by: status) ?? (try? recordedUnit()) else { return nil }
    do {
      let serving = try ServingUnit.look(unit, systemctl(unit.scope))
      return UnitSummary(unit: unit, state: Self.state(serving, status))
    } catch {
      return UnitSummary(unit: unit, state: "unknown, \(ControlError(causedBy: error).message)")
    }
  }

  private static func state(_ unit: ServingUnit, _ status: ServiceStatus) -> String {
    var parts = [unit.service.description]
    if unit.socket.isUp { parts.append("its socket \(unit.socket.description)") }
    if status.isRunning, status.unit == nil, unit.service.isLoaded {
      parts.append("the dispatcher that runs is not its own, `wg service restart` makes it so")
    }
    return parts.joined(separator: "; ")
  }
}
