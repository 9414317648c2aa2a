internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import JSONLines
internal import Settings
internal import SystemPackage
internal import Terminal

/// The command `wg config show`.
struct ConfigShow: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what counts, and which file says it.")

  @Option(help: ArgumentHelp("What counts for this chat.", valueName: "chat"), completion: .chat)
  var chat: String?

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let configuration = project.catalog.configuration
    let settings = configuration.effective(for: try chat.map { try project.resolve($0).id })
    let mistakes = configuration.mistakes.count
    let note = "\(Count.of(mistakes, "mistake")) do not count; `wg config check` names them"
    return Report(
      [
        "settings": .array(settings.map(\.json)),
        "handlers": .array(configuration.handlerNames.map { .text($0) }),
        "models": .array(configuration.modelNames.map { .text($0) }),
      ],
      lines: lines(settings, configuration), notes: mistakes == 0 ? [] : [note])
  }

  private func lines(
    _ settings: [EffectiveSetting], _ configuration: Configuration
  ) -> [String] {
    var lines: [String] = []
    var table: SettingsTable?
    for setting in settings {
      if setting.table != table {
        lines += (table == nil ? [] : [""]) + ["[\(setting.table.title)]"]
      }
      table = setting.table
      let origin = setting.origin.map { "\($0)" } ?? "default"
      lines.append(
        SafeText.line(
          setting.text.map { "\(setting.key) = \($0)  # \(origin)" }
            ?? "# \(setting.key) is not set"))
    }
    let names = [
      ("handlers", configuration.handlerNames), ("models", configuration.modelNames),
    ]
    return lines + [""]
      + names.filter { !$0.1.isEmpty }.map {
        SafeText.line("# \($0.0): \($0.1.joined(separator: ", "))")
      }
  }
}

extension EffectiveSetting {
  fileprivate var json: JSONValue {
    [
      "table": .text(table.title), "key": .text(key), "value": text.map { .text($0) } ?? .null,
      "file": origin.map { .text($0.file.string) } ?? .null,
      "line": origin.map { .integer($0.line) } ?? .null,
    ]
  }
}
