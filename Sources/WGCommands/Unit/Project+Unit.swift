internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem

/// How systemd has to do with a project.
enum UnitFinding {
  /// Nothing was installed for it.
  case none
  /// A unit was installed for it, and the unit or systemd is gone.
  case gone(ServiceUnit, reason: String)
  case found(ServingUnit)
}

extension Project {
  /// The unit that was installed for this project; the machine's own chats have one without asking.
  /// - Throws: `notRunning` when its manager cannot be reached: nothing may be done past it then.
  func installedUnit() throws -> UnitFinding {
    guard let unit = try recordedUnit() else { return try unitOfSystemFolder() }
    guard context.host.isRunning else {
      return .gone(unit, reason: "systemd does not run on this machine")
    }
    let serving = try ServingUnit.look(unit, systemctl(unit.scope))
    if serving.service.load == "not-found" { return .gone(unit, reason: "that unit is gone") }
    return .found(serving)
  }

  /// The unit that the dispatcher which answers says it is.
  func unit(of status: ServiceStatus) throws -> ServingUnit? {
    guard let unit = unitNamed(by: status) else { return nil }
    return try ServingUnit.look(unit, systemctl(unit.scope))
  }

  func unitNamed(by status: ServiceStatus) -> ServiceUnit? {
    guard let name = status.unit, let scope = status.unitScope.flatMap(ServiceUnit.Scope.init)
    else { return nil }
    return try? believed(ServiceUnit(name: name, scope: scope))
  }

  /// The unit that the project's files say was installed for it; nil when there is none to believe.
  func recordedUnit() throws -> ServiceUnit? {
    try ServiceUnit.read(layout).flatMap { try believed($0) }
  }

  /// A unit that the project's files or its dispatcher name, where they can be taken at their word.
  ///
  /// Whoever writes the files must not aim root's `systemctl`: of somebody else's project root believes
  /// only the system unit that this folder would have. In that user's own manager any will do.
  private func believed(_ unit: ServiceUnit) throws -> ServiceUnit? {
    guard ServiceUnit.isServiceName(unit.name), unit.name.hasPrefix("wg-dispatcher") else {
      return nil
    }
    guard CurrentProcess.user == 0, try FileStatus.of(layout.root)?.owner != 0 else { return unit }
    let isOfOwnManager = try unit.scope == .user && owner() != nil
    return isOfOwnManager || unit.name == usualUnitName(unit.scope) ? unit : nil
  }

  /// The name that `install` gives; the machine's own chats have a unit that is no instance.
  func usualUnitName(_ scope: ServiceUnit.Scope) -> String {
    scope == .system && folder.project == UnitName.systemFolder
      ? UnitName.systemService : UnitName.service(of: folder.project)
  }

  /// The `systemctl` that has this project's units: for root that of the user whom the project belongs to.
  func systemctl(_ scope: ServiceUnit.Scope) throws -> Systemctl {
    guard scope == .user, CurrentProcess.user == 0, let owner = try owner(), owner.user != 0 else {
      return try Systemctl(scope, in: context)
    }
    return try Systemctl(scope, user: owner.name, in: context)
  }

  /// Whom the project's files belong to; nil when the user database does not know.
  func owner() throws -> Account? {
    try FileStatus.of(layout.root).flatMap { Account.of($0.owner) }
  }

  private func unitOfSystemFolder() throws -> UnitFinding {
    guard folder.project == UnitName.systemFolder, context.host.isRunning else { return .none }
    let unit = ServiceUnit(name: usualUnitName(.system), scope: .system)
    let serving = try ServingUnit.look(unit, systemctl(.system))
    return serving.service.isLoaded ? .found(serving) : .none
  }
}
