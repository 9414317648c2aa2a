internal import ChatStorage
internal import LinuxSystem

/// A unit that serves the project, with its socket unit, and what their manager says of them.
struct ServingUnit {
  let unit: ServiceUnit
  let systemctl: Systemctl
  let service: UnitState
  let socket: UnitState

  /// Asks the manager.
  static func look(_ unit: ServiceUnit, _ systemctl: Systemctl) throws -> ServingUnit {
    let facts = try systemctl.facts([unit.name, UnitName.socket(of: unit.name)])
    return ServingUnit(unit: unit, systemctl: systemctl, service: facts[0], socket: facts[1])
  }

  /// Whether the manager keeps the dispatcher up, or would start it for the next request.
  var isUp: Bool { service.isUp || socket.isUp }

  /// Returns when the dispatcher is ready.
  ///
  /// The socket unit, where it is enabled, has to be there first: it does not take over a dispatcher that
  /// listens for itself.
  func start() throws {
    try systemctl.demand(["start", "--"] + (socket.isEnabled ? [socketName] : []) + [unit.name])
  }

  /// Returns when nothing of it is left, and no request starts it again.
  func stop(until deadline: Deadline) throws {
    try systemctl.demand(
      ["stop", "--"] + (socket.isUp ? [socketName] : []) + [unit.name], until: deadline)
  }

  /// Returns when the new dispatcher is ready; a socket unit goes on listening meanwhile.
  func restart(until deadline: Deadline) throws {
    try systemctl.demand(["restart", "--", unit.name], until: deadline)
  }

  private var socketName: String { UnitName.socket(of: unit.name) }
}
