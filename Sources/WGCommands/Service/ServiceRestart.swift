internal import ArgumentParser
internal import ControlProtocol

/// The command `wg service restart`.
struct ServiceRestart: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Stop the dispatcher and start it with the same options.",
    discussion: """
      Handlers stay alive and are adopted where the platform allows. When none runs, it is started.
      """)

  @OptionGroup var timeout: StopTimeout
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let options = try project.startOptions()
    let stopped = try project.stopService(
      .init(force: false, keepHandlers: true), within: timeout.limit)
    if let failure = stopped.failure { throw failure }
    return try project.start(project.launcher(options: options))
  }
}
