internal import ChatStorage
internal import SystemPackage

/// Everything that deciding how to remove a unit needs to know.
struct UnitRemoval {
  let unit: ServiceUnit
  /// Nil where systemd is not there any more.
  let facts: (service: UnitState, socket: UnitState)?
  let isRecorded: Bool
  /// Files that were written for this unit alone, and links to it of a template that is gone.
  let ownFiles: [FilePath]
  /// Templates that were written for all instances.
  let templates: [FilePath]
  let hasOtherInstances: Bool

  /// What is to be done, in order; nothing when nothing is left.
  var steps: [UnitStep] {
    let files = ownFiles + (hasOtherInstances ? [] : templates)
    let reload = facts != nil && !files.isEmpty
    return units + files.map { .remove($0) }
      + (reload ? [.systemctl(["daemon-reload"])] : []) + (isRecorded ? [.forget] : [])
  }

  /// The socket first, or a request would bring the service back.
  private var units: [UnitStep] {
    guard let facts else { return [] }
    let pairs = [(UnitName.socket(of: unit.name), facts.socket), (unit.name, facts.service)]
    let up = pairs.filter { $0.1.isUp }.map(\.0)
    let enabled = pairs.filter { $0.1.isEnabled }.map(\.0)
    let failed = pairs.filter { $0.1.active == "failed" }.map(\.0)
    return (up.isEmpty ? [] : [.systemctl(["stop"] + up)])
      + (enabled.isEmpty ? [] : [.systemctl(["disable"] + enabled)])
      + (failed.isEmpty ? [] : [.systemctl(["reset-failed"] + failed)])
  }
}
