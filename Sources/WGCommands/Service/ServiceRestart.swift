internal import ArgumentParser

/// The command `wg service restart`.
struct ServiceRestart: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Stop the dispatcher and start it with the same options.",
    discussion: """
      Handlers stay alive and are adopted, unless systemd restarts it, which ends them. When none \
      runs, it is started.
      """)

  @OptionGroup var timeout: StopTimeout
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().restartService(within: timeout.limit)
  }
}
