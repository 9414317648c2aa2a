internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines

/// The command `wg service start`.
struct ServiceStart: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Start this project's dispatcher and return when it is ready.",
    discussion: """
      When it runs already, says so and does nothing. Where `wg service install` was used, systemd \
      starts it.
      """)

  @Flag(help: "Stay in the foreground: this process becomes the dispatcher.")
  var foreground = false
  @OptionGroup var options: StartOptions
  @OptionGroup var ignored: IgnoredStartOptions
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    for note in ignored.notes { context.console.note(note) }
    if let running = try project.runningService() { return Self.alreadyRunning(running, options) }
    let arguments = options.arguments(in: context)
    if foreground { try project.becomeDispatcher(options: arguments) }
    return try project.start(options: arguments)
  }

  private static func alreadyRunning(_ status: ServiceStatus, _ options: StartOptions) -> Report {
    let pid = status.pid.map { "PID \($0)" } ?? "PID unknown"
    return Report(
      status.payload, lines: ["Service already running (\(pid))."],
      notes: ["`wg service restart` starts it anew; `wg service stop` ends it"])
  }
}
