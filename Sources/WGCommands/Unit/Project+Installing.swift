internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage

extension Project {
  /// Looks at everything that installing a unit depends on.
  /// - Throws: why it cannot be installed, and what to do first.
  func installation(_ scope: ServiceUnit.Scope, onDemand: Bool) throws -> UnitInstallation {
    let unit = try unitToInstall(scope, onDemand: onDemand)
    try checkOwner(scope)
    let systemctl = try Systemctl(scope, in: context)
    let serving = try ServingUnit.look(unit, systemctl)
    let recorded = try ServiceUnit.read(layout)
    try checkRecorded(recorded, against: unit)
    try checkRunning(unit)
    try Self.checkUsable(serving)
    return UnitInstallation(
      unit: unit, onDemand: onDemand, service: serving.service, socket: serving.socket,
      recorded: recorded, files: try files(for: serving))
  }

  /// The unit of this project; the machine's own chats have one that is no instance.
  private func unitToInstall(_ scope: ServiceUnit.Scope, onDemand: Bool) throws -> ServiceUnit {
    if scope == .system, folder.project == UnitName.systemFolder {
      return ServiceUnit(name: UnitName.systemService, scope: .system)
    }
    let name = UnitName.service(of: folder.project)
    let limit = UnitName.limit(scope)
    guard name.utf8.count <= limit else {
      throw ControlError(
        .failed,
        "the unit's name would have \(name.utf8.count) bytes, and at most \(limit) will do",
        hint: "move the project to a shorter path")
    }
    if onDemand { try checkFolderName() }
    let socket = "\(socketFolder(scope))/\(UnitName.escaped(folder.project)).sock"
    guard !onDemand || socket.utf8.count <= 107 else {
      throw ControlError(
        .failed, "the socket's path would have \(socket.utf8.count) bytes, and Linux allows 107",
        hint: "install without `--on-demand`, or move the project to a shorter path")
    }
    return ServiceUnit(name: name, scope: scope)
  }

  /// The socket templates put their link into `.wg`; a project whose folder has the older name would
  /// get a second one.
  private func checkFolderName() throws {
    guard layout.root.lastComponent?.string != ".wg" else { return }
    throw ControlError(
      .failed, "the socket unit knows the folder .wg only, and this project's is \(layout.root)",
      hint: "install without `--on-demand`, or rename the folder to .wg")
  }

  /// A dispatcher runs what the project's files tell it to, so it must be of whom they belong to.
  private func checkOwner(_ scope: ServiceUnit.Scope) throws {
    if scope == .system {
      guard CurrentProcess.user != 0 else { return }
      throw ControlError(
        .notPermitted, "a unit of the system's manager is installed by root",
        hint: "`sudo wg service install --system`, or `wg service install --user`")
    }
    let status = try FileStatus.of(layout.root)
    guard let owner = status?.owner, owner != CurrentProcess.user else { return }
    let name = Account.of(owner)?.name ?? "user \(owner)"
    throw ControlError(
      .notPermitted, "the project belongs to \(name), and so must the unit",
      hint: "log in as \(name) and install it there, or `wg service install --system` as root")
  }

  private func checkRecorded(_ recorded: ServiceUnit?, against unit: ServiceUnit) throws {
    guard let recorded, recorded != unit, case .found = try installedUnit() else { return }
    throw ControlError(
      .failed, "\(recorded.name) of the \(recorded.scope.rawValue) manager serves this project",
      hint: "`wg service uninstall` removes it")
  }

  private func checkRunning(_ unit: ServiceUnit) throws {
    guard let status = try runningService(), unitNamed(by: status) != unit else { return }
    let pid = status.pid.map { "PID \($0)" } ?? "PID unknown"
    throw ControlError(
      .failed, "a dispatcher runs for this project outside of the unit (\(pid))",
      hint: "`wg service stop` ends it and its handlers; then install again")
  }

  private static func checkUsable(_ serving: ServingUnit) throws {
    let unmask = serving.systemctl.commandLine(["unmask", serving.unit.name])
    if serving.service.load == "masked" {
      throw ControlError(
        .failed, "\(serving.unit.name) is masked",
        hint: "`\(unmask.joined(separator: " "))` lifts that")
    }
    if serving.unit.name == UnitName.systemService, !serving.service.isLoaded {
      throw ControlError(
        .notFound, "\(serving.unit.name) is not installed (\(serving.service.load))",
        hint: "`make install` or the Debian package brings it")
    }
  }

  /// Where the socket templates have their sockets.
  private func socketFolder(_ scope: ServiceUnit.Scope) -> String {
    switch scope {
    case .system: return "/run/wg-dispatcher"
    case .user:
      let runtime = context.environment["XDG_RUNTIME_DIR"]
      return (runtime ?? context.host.runtimeFolder(CurrentProcess.user).string) + "/wg"
    }
  }
}
