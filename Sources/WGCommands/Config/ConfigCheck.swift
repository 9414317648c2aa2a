internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import Settings
internal import SystemPackage
internal import Terminal

/// The command `wg config check`.
struct ConfigCheck: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Name every mistake in the settings.",
    discussion: "Exit status 65 when there is one. See wg-config(5).")

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let configuration = try context.project().catalog.configuration
    let mistakes = configuration.mistakes.count
    let failure =
      mistakes == 0
      ? nil
      : ControlError(
        .badData, "the settings have \(Count.of(mistakes, "mistake"))",
        hint: "mend them, then `wg service reload`; wg-config(5) tells what each setting takes")
    return Report(
      [
        "files": .array(configuration.files.map { .text($0.string) }),
        "problems": .array(configuration.problems.map(\.json)),
      ],
      lines: lines(configuration), failure: failure)
  }

  private func lines(_ configuration: Configuration) -> [String] {
    let problems = configuration.problems.map { problem in
      SafeText.line(problem.severity == .mistake ? "\(problem)" : "\(problem) (no mistake)")
    }
    if !configuration.mistakes.isEmpty { return problems }
    let files = configuration.files.map { SafeText.line($0.string) }
    return problems
      + [files.isEmpty ? "No file says anything." : "Good: \(files.joined(separator: ", "))"]
  }
}

extension ConfigurationProblem {
  fileprivate var json: JSONValue {
    [
      "severity": .text(severity.rawValue), "file": .text(file.string),
      "line": line.map { .integer($0) } ?? .null, "column": column.map { .integer($0) } ?? .null,
      "reason": .text(reason),
    ]
  }
}
