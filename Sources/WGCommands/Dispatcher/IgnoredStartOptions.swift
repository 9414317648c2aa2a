internal import ArgumentParser

/// Options of the existing `wg service start` that have no meaning here.
///
/// They are accepted, so that scripts keep working, and a note says so.
struct IgnoredStartOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Accepted without effect.", visibility: .hidden))
  var port: String?

  @Option(help: ArgumentHelp("Accepted without effect.", visibility: .hidden))
  var maxAgents: String?

  @Option(help: ArgumentHelp("Accepted without effect.", visibility: .hidden))
  var executor: String?

  @Option(help: ArgumentHelp("Accepted without effect.", visibility: .hidden))
  var interval: String?

  @Option(help: ArgumentHelp("Accepted without effect.", visibility: .hidden))
  var model: String?

  @Flag(help: ArgumentHelp("Accepted without effect.", visibility: .hidden))
  var force = false

  var notes: [String] {
    let given = [
      ("--port", port != nil), ("--max-agents", maxAgents != nil), ("--executor", executor != nil),
      ("--interval", interval != nil), ("--model", model != nil), ("--force", force),
    ]
    return given.filter(\.1).map { "\($0.0) has no meaning here and is ignored" }
  }
}
