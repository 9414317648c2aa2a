internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines
internal import TimeSpans

/// The command `wg metrics`.
struct MetricsCommand: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Print what the dispatcher has counted, as OpenMetrics text.")

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let client = try context.project().neededDispatcher(for: "counting", waking: false)
    let payload = try client.demand(.metrics, within: .seconds(30))
    let text = payload["text"]?.string ?? ""
    return Report(payload, lines: text.split(separator: "\n").map(String.init))
  }
}
