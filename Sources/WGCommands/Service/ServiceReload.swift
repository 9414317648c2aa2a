internal import ArgumentParser
internal import ControlProtocol
internal import TimeSpans

/// The command `wg service reload`.
struct ServiceReload: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Let the dispatcher read the configuration again.")

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let payload = try context.project().neededDispatcher(for: "reload", waking: false).demand(
      .reconfigure, within: .seconds(30))
    return Report(payload, lines: ["Configuration reloaded"])
  }
}
