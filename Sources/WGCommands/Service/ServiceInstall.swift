internal import ArgumentParser
internal import ChatStorage
internal import JSONLines
internal import LinuxSystem

/// The command `wg service install`.
struct ServiceInstall: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Let systemd keep this project's dispatcher running.",
    discussion: """
      Installs, enables and starts a unit for this project alone. Doing it again changes nothing.
      """)

  @OptionGroup var manager: ManagerChoice
  @Flag(help: "For this project; the default, and all there is.")
  var project = false
  @Flag(
    help: "Start the dispatcher at the first request, and let it end when nothing is left to do.")
  var onDemand = false
  @Flag(help: "Tell what would be done and change nothing.")
  var dryRun = false
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let scope = manager.scope ?? ManagerChoice.usual
    let installation = try project.installation(scope, onDemand: onDemand)
    let run = UnitChange(
      project: project, unit: installation.unit, steps: installation.steps, isDryRun: dryRun,
      systemctl: try Systemctl(scope, in: context))
    return try run.report(
      whenNothing: "Nothing to do: \(installation.unit.name) is installed, enabled and up",
      notes: installation.notes)
  }
}

/// Whose service manager is meant.
struct ManagerChoice: ParsableArguments {
  enum Kind: String, EnumerableFlag {
    case user, system

    static func help(for value: Kind) -> ArgumentHelp? {
      switch value {
      case .user: "Under your own service manager; the default unless you are root."
      case .system: "Under the system's, as the owner of the project; root's default."
      }
    }
  }

  @Flag(exclusivity: .exclusive)
  var manager: Kind?

  var scope: ServiceUnit.Scope? {
    switch manager {
    case .user: .user
    case .system: .system
    case nil: nil
    }
  }

  static var usual: ServiceUnit.Scope { CurrentProcess.user == 0 ? .system : .user }
}
