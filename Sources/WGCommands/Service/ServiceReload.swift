internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines
internal import Terminal
internal import TimeSpans

/// The command `wg service reload`.
struct ServiceReload: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Let the dispatcher read the configuration again.")

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let payload = try context.project().neededDispatcher(for: "reload", waking: false).demand(
      .reconfigure, within: .seconds(30))
    return Report(payload, lines: ["Configuration reloaded"] + Self.lines(payload))
  }

  /// What is different now.
  private static func lines(_ payload: JSONObject) -> [String] {
    let changes = payload["changes"]?.array?.compactMap(\.string) ?? []
    let restarted = payload["restarted"]?.array?.map(\.description) ?? []
    return changes.map { SafeText.line("  \($0)") }
      + restarted.map { "  chat \($0): its handler is replaced, after its turn" }
  }
}
