internal import ArgumentParser
internal import ControlProtocol
internal import SystemPackage
internal import TimeSpans

/// The options that `wg service start` hands on to the daemon.
struct StartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Stop a handler when nobody listened and nothing waited for so long. Default 5min.",
      valueName: "span"),
    transform: { try TimeSpan.parse($0, allowsInfinity: true) })
  var idleTimeout: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "How long a handler has between SIGTERM and SIGKILL. Default 10s.", valueName: "span"),
    transform: { try TimeSpan.parse($0) })
  var stopTimeout: TimeSpan?

  @Option(
    help: ArgumentHelp("How long a handler has to become ready.", valueName: "span"),
    transform: { try TimeSpan.parse($0) })
  var startTimeout: TimeSpan?

  @Option(
    help: ArgumentHelp("The first delay after a crash. Default 200ms.", valueName: "span"),
    transform: { try TimeSpan.parse($0) })
  var backoffInitial: TimeSpan?

  @Option(
    help: ArgumentHelp("The longest delay after crashes. Default 5min.", valueName: "span"),
    transform: { try TimeSpan.parse($0) })
  var backoffMax: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "Have a parent that knows how handlers ended: auto, yes or no. Default auto.",
      valueName: "when"))
  var keeper: KeeperWish?

  @Flag(
    name: [.customLong("no-chat-agent"), .customLong("no-coordinator-agent")],
    help: "Start no handlers at all.")
  var noChatAgent = false

  @Option(
    help: ArgumentHelp(
      "Write metrics there for node_exporter, when they changed.", valueName: "path"),
    completion: .file())
  var metricsFile: String?

  @Option(
    help: ArgumentHelp("Listen there instead of .wg/service/daemon.sock.", valueName: "path"),
    completion: .file())
  var socket: String?
}

/// The values of `--keeper`, see wg-dispatcher(8).
enum KeeperWish: String, ExpressibleByArgument, CaseIterable { case auto, yes, no }

extension StartOptions {
  /// As arguments of `wg-dispatcher`, the socket's path made absolute.
  func arguments(in context: CommandContext) -> [String] {
    let spans: [(String, TimeSpan?)] = [
      ("--idle-timeout", idleTimeout), ("--stop-timeout", stopTimeout),
      ("--start-timeout", startTimeout), ("--backoff-initial", backoffInitial),
      ("--backoff-max", backoffMax),
    ]
    let path = socket.map { context.absolute($0).string }
    let metrics = metricsFile.map { ["--metrics-file", context.absolute($0).string] } ?? []
    return (path.map { ["--socket", $0] } ?? []) + metrics
      + (keeper.map { ["--keeper", $0.rawValue] } ?? [])
      + spans.flatMap { name, span in span.map { [name, $0.description] } ?? [] }
      + (noChatAgent ? ["--no-chat-agent"] : [])
  }
}
