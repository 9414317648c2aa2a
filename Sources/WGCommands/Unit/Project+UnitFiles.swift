internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

extension Project {
  /// The files that the unit needs: templates where no package brought them, and whose processes they
  /// are.
  func files(for serving: ServingUnit) throws -> [UnitFile] {
    guard UnitName.template(of: serving.unit.name) != nil else { return [] }
    return try templateFiles(for: serving) + ownerFiles(of: serving.unit)
  }

  private func templateFiles(for serving: ServingUnit) throws -> [UnitFile] {
    let programs = try DispatcherProgram.find(environment: context.environment)
      .removingLastComponent()
    return try UnitTemplate.all(serving.unit.scope).compactMap { template in
      let folder = unitFolder(serving.unit.scope)
      // Whoever brought the service brought the units that end what is left of it.
      let facts = template.isSocket ? serving.socket : serving.service
      let path = folder.appending(template.name)
      if let file = facts.file, FilePath(file).removingLastComponent() != folder { return nil }
      return UnitFile(
        path: path, wanted: try template.text(programs: programs), current: try Self.text(path))
    }
  }

  /// Under the system's manager the templates name the user `wg`; a project is served by its owner.
  private func ownerFiles(of unit: ServiceUnit) throws -> [UnitFile] {
    guard unit.scope == .system, let status = try FileStatus.of(layout.root) else { return [] }
    let account = Account.of(status.owner)
    let user = account?.name ?? String(status.owner)
    let group = account.map { Account.groupName($0.group) ?? String($0.group) } ?? user
    return try [(unit.name, "Service", ""), (UnitName.socket(of: unit.name), "Socket", "Socket")]
      .map { name, section, prefix in
        let path = ownerFile(name)
        let text = "[\(section)]\n\(prefix)User=\(user)\n\(prefix)Group=\(group)\n"
        return UnitFile(
          path: path, wanted: UnitTemplate.header + text, current: try Self.text(path))
      }
  }

  private func ownerFile(_ unit: String) -> FilePath {
    unitFolder(.system).appending("\(unit).d").appending("10-owner.conf")
  }

  private func unitFolder(_ scope: ServiceUnit.Scope) -> FilePath {
    context.host.unitFolder(scope, environment: context.environment)
  }

  /// Nil when there is no file.
  private static func text(_ path: FilePath) throws -> String? {
    guard try FileStatus.of(path) != nil else { return nil }
    return try StorageError.about(path) { () throws(Errno) in
      let bytes = try Descriptor.open(path, flags: 0, followsLinks: true).readToEnd()
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

extension Project {
  /// Looks at what installing left.
  ///
  /// Works as far as possible without systemd: a project that was moved to another machine has to get rid
  /// of its unit too.
  func removal(_ unit: ServiceUnit, _ systemctl: Systemctl?) throws -> UnitRemoval {
    let serving = try systemctl.map { try ServingUnit.look(unit, $0) }
    let files = UnitTemplate.all(unit.scope).map { unitFolder(unit.scope).appending($0.name) }
    let names = [unit.name, UnitName.socket(of: unit.name)]
    let own = unit.scope == .system ? names.map(ownerFile) : []
    return UnitRemoval(
      unit: unit, facts: serving.map { ($0.service, $0.socket) },
      isRecorded: try FileStatus.of(layout.unitFile) != nil,
      ownFiles: try own.filter(Self.isOurs) + danglingLinks(unit, serving),
      templates: try files.filter(Self.isOurs),
      hasOtherInstances: try systemctl.map { try hasOthers(than: unit, $0) } ?? true)
  }

  private static func isOurs(_ path: FilePath) throws -> Bool {
    try text(path).map(UnitTemplate.isOurs) ?? false
  }

  /// Whether an instance of another project is enabled or up.
  private func hasOthers(than unit: ServiceUnit, _ systemctl: Systemctl) throws -> Bool {
    let own = [unit.name, UnitName.socket(of: unit.name)]
    let list = ["list-units", "--all", "--plain", "--no-legend", "--no-pager", "wg-dispatcher@*"]
    let loaded = try systemctl.demand(list).split(separator: "\n").compactMap { line in
      line.split(separator: " ").first.map(String.init)
    }
    let enabled = enablingLinks(unit.scope).compactMap { $0.lastComponent?.string }
    return (loaded + enabled).contains { !own.contains($0) }
  }

  /// `systemctl disable` does not know a unit whose template is gone.
  private func danglingLinks(_ unit: ServiceUnit, _ serving: ServingUnit?) -> [FilePath] {
    let units = [
      (unit.name, serving?.service), (UnitName.socket(of: unit.name), serving?.socket),
    ]
    let gone = units.filter { $0.1?.load == "not-found" }.map(\.0)
    return enablingLinks(unit.scope).filter { gone.contains($0.lastComponent?.string ?? "") }
  }

  /// What enabling makes: `default.target.wants/wg-dispatcher@srv-project.service`.
  private func enablingLinks(_ scope: ServiceUnit.Scope) -> [FilePath] {
    let folder = unitFolder(scope)
    let wants = ((try? Directory.names(in: folder)) ?? []).filter { $0.hasSuffix(".wants") }
    return wants.map { folder.appending($0) }.flatMap { place in
      ((try? Directory.names(in: place)) ?? []).filter { $0.hasPrefix("wg-dispatcher@") }
        .map { place.appending($0) }
    }
  }
}
