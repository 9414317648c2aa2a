internal import ArgumentParser
internal import ControlProtocol
internal import TimeSpans

/// The command `wg service stop`.
struct ServiceStop: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "End the dispatcher and its handlers; return when none is alive.",
    discussion: "When none runs, says so and does nothing.")

  @Flag(help: "Kill the handlers at once, without their stop timeout.")
  var force = false
  @Flag(help: ArgumentHelp("Accepted; handlers always end with the service.", visibility: .hidden))
  var killAgents = false
  @OptionGroup var timeout: StopTimeout
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    try context.project().stopService(
      .init(force: force, keepHandlers: false), within: timeout.limit)
  }
}

/// How long a stop may take.
struct StopTimeout: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Give up waiting after so long. Default: the stop timeout and 20s more.", valueName: "span"),
    transform: { try TimeSpan.parse($0) })
  var timeout: TimeSpan?

  var limit: TimeSpan? { timeout }
}
