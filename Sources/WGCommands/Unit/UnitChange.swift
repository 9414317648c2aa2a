internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem

/// Steps that were decided about, taken or only told.
struct UnitChange {
  let project: Project
  let unit: ServiceUnit
  let steps: [UnitStep]
  let isDryRun: Bool
  /// Nil where systemd is not there.
  let systemctl: Systemctl?

  /// Takes the steps, unless they shall only be told, and tells them.
  ///
  /// One that fails ends it: what was done before it is told all the same.
  func report(whenNothing: String, notes: [String]) throws -> Report {
    let (done, failure) = isDryRun ? (steps, nil) : perform()
    let lines = done.map { $0.sentence(systemctl, isDone: !isDryRun) }
    return Report(
      payload(done), lines: steps.isEmpty ? [whenNothing] : lines,
      notes: (failure == nil ? notes : []) + lingerNote, failure: failure)
  }

  private func perform() -> (done: [UnitStep], failure: ControlError?) {
    let performer = UnitStepPerformer(project: project, systemctl: systemctl)
    for (index, step) in steps.enumerated() {
      do {
        try performer.perform(step)
      } catch {
        return (Array(steps[..<index]), ControlError(causedBy: error))
      }
    }
    return (steps, nil)
  }

  private func payload(_ done: [UnitStep]) -> JSONObject {
    [
      "unit": .text(unit.name), "scope": .text(unit.scope.rawValue), "dry_run": .bool(isDryRun),
      "changes": .array(done.map { $0.json(systemctl, project.layout) }),
      "linger": lingers.map { .bool($0) } ?? .null,
    ]
  }

  /// Nil where it does not matter.
  private var lingers: Bool? {
    guard unit.scope == .user, let account = Account.of(CurrentProcess.user) else { return nil }
    return project.context.host.isLingering(account.name)
  }

  private var isInstalling: Bool {
    !steps.contains(.forget)
  }

  private var lingerNote: [String] {
    guard isInstalling, lingers == false else { return [] }
    return [
      "it runs while you are logged in; `loginctl enable-linger` lets it run from boot on"
    ]
  }
}
