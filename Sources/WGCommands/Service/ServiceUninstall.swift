internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol

/// The command `wg service uninstall`.
struct ServiceUninstall: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "uninstall", abstract: "Undo `wg service install`.",
    discussion: "Stops the dispatcher and its handlers. Chats and their history stay.")

  @OptionGroup var manager: ManagerChoice
  @Flag(help: "Tell what would be done and change nothing.")
  var dryRun = false
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let unit = try unit(of: project)
    let systemctl = context.host.isRunning ? try project.systemctl(unit.scope) : nil
    let removal = try project.removal(unit, systemctl)
    let run = UnitChange(
      project: project, unit: unit, steps: removal.steps, isDryRun: dryRun, systemctl: systemctl)
    return try run.report(
      whenNothing: "Nothing to do: no unit is installed for this project", notes: [])
  }

  /// The one on record; else the one that `install` would have made.
  private func unit(of project: Project) throws -> ServiceUnit {
    if let recorded = try project.recordedUnit() { return recorded }
    let scope = manager.scope ?? ManagerChoice.usual
    return ServiceUnit(name: project.usualUnitName(scope), scope: scope)
  }
}
