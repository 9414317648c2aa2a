internal import ArgumentParser
internal import ChatProject
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import Settings
internal import SystemPackage
internal import Terminal
internal import TerminalUI

/// The command `wg tui`.
struct TerminalInterface: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "tui", abstract: "Watch all chats and talk to them on one screen.",
    discussion: """
      Keeps the chat that is shown alive, as `wg chat attach` does. F1 shows the keys. Works with \
      the dispatcher up or down.
      """)

  @Option(
    help: ArgumentHelp(
      "Which chats count as listened to: the one that is shown, or all.",
      valueName: "visible|all"))
  var consume: Consumed?

  @Option(help: ArgumentHelp("Colours for this background.", valueName: "dark|light"))
  var theme: Background?

  @Flag(help: "Print the keys and what they do, and nothing else.")
  var keys = false

  @OptionGroup var global: GlobalOptions

  enum Consumed: String, ExpressibleByArgument {
    case visible, all
  }

  /// What the colours have to be told from.
  enum Background: String, ExpressibleByArgument {
    case dark, light
  }

  func perform(in context: CommandContext) throws -> Report {
    if keys { return KeyList.report }
    let project = try context.project()
    guard context.console.isTerminal(.output) else {
      throw ControlError(
        .usage, "wg tui needs a terminal", hint: "`wg chat list` prints the chats anywhere")
    }
    let configuration = project.catalog.configuration
    let session = try Session(
      ProjectPlace(
        layout: project.layout,
        environment: context.environment.map { "\($0.key)=\($0.value)" }.sorted()),
      theme: chosenTheme(context, configuration),
      depth: ColorDepth(environment: context.environment),
      consumption: chosenConsumption(configuration))
    if case .signal(let signal) = try session.run() { session.end(by: signal) }
    return .written
  }

  private func chosenConsumption(_ configuration: Configuration) -> Model.Consumption {
    switch consume ?? configuration.consumed.flatMap(Consumed.init) {
    case .all: .all
    case .visible, nil: .visible
    }
  }

  private func chosenTheme(_ context: CommandContext, _ configuration: Configuration) -> Theme {
    switch theme ?? configuration.theme.flatMap(Background.init) {
    case .dark: .dark
    case .light: .light
    case nil: Theme(environment: context.environment)
    }
  }
}

/// The keys for people and for programs.
enum KeyList {
  static var report: Report {
    let keys = KeyDescription.all
    return Report(
      ["keys": .array(keys.map(json))],
      lines: keys.map {
        "\($0.context.padded(14))\($0.names.joined(separator: ", ").padded(22))\($0.help)"
      })
  }

  private static func json(_ key: KeyDescription) -> JSONValue {
    [
      "context": .text(key.context), "keys": .array(key.names.map { .text($0) }),
      "action": .text(key.action), "help": .text(key.help),
    ]
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
