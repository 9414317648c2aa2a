internal import ChatStorage
internal import SystemPackage

/// Everything that deciding how to install a unit needs to know.
struct UnitInstallation {
  let unit: ServiceUnit
  /// The socket unit is enabled instead of the service.
  let onDemand: Bool
  let service: UnitState
  let socket: UnitState
  /// What `service/unit.json` says.
  let recorded: ServiceUnit?
  let files: [UnitFile]

  private var socketName: String { UnitName.socket(of: unit.name) }

  /// What is to be done, in order; nothing when all of it is so already.
  ///
  /// A crash between two steps leaves what running it again completes.
  var steps: [UnitStep] {
    let writes = files.compactMap(\.step)
    let reload = !writes.isEmpty || service.needsReload || socket.needsReload
    let record: [UnitStep] = recorded == unit ? [] : [.record(unit)]
    return writes + (reload ? [.systemctl(["daemon-reload"])] : [])
      + (onDemand ? enableSocket + record + startSocket : enableService + record + startService)
  }

  /// Files that are left as they are, and what a running dispatcher has not taken up.
  var notes: [String] {
    let kept = files.filter { $0.isChangedByHand }.map {
      "\($0.path) was not written by this command, and is left as it is"
    }
    let isOld = service.isUp && files.contains { $0.step != nil }
    return kept + (isOld ? ["`wg service restart` lets the dispatcher take up the new unit"] : [])
  }

  private var enableService: [UnitStep] {
    disable(socket, socketName) + enable(service, unit.name)
  }

  private var enableSocket: [UnitStep] {
    disable(service, unit.name) + enable(socket, socketName)
  }

  /// A dispatcher that listens on the socket unit's socket would be left without one.
  private var startService: [UnitStep] {
    if socket.isUp {
      return [.systemctl(["stop", socketName]), .systemctl(["restart", unit.name])]
    }
    return service.active == "active" ? [] : [.systemctl(["start", unit.name])]
  }

  /// A socket unit does not start while its service listens for itself.
  private var startSocket: [UnitStep] {
    if socket.isUp { return [] }
    return (service.isUp ? [.systemctl(["stop", unit.name])] : [])
      + [.systemctl(["start", socketName])]
  }

  private func enable(_ facts: UnitState, _ name: String) -> [UnitStep] {
    facts.isEnabled ? [] : [.systemctl(["enable", name])]
  }

  private func disable(_ facts: UnitState, _ name: String) -> [UnitStep] {
    facts.isEnabled ? [.systemctl(["disable", name])] : []
  }
}

/// A file that a unit needs, and what is there now.
struct UnitFile: Equatable {
  let path: FilePath
  let wanted: String
  /// Nil: there is no file.
  let current: String?

  var step: UnitStep? {
    current == wanted || isChangedByHand ? nil : .write(path, wanted)
  }

  /// Somebody else's file of that name.
  var isChangedByHand: Bool {
    current.map { $0 != wanted && !UnitTemplate.isOurs($0) } ?? false
  }
}
