internal import SystemPackage
internal import TOMLDocuments

/// What one file says: the values that count, and what is wrong with the others.
struct SettingsLayer: Equatable, Sendable {
  let file: FilePath
  var tables: [SettingsTable: [String: Assigned]] = [:]
  var problems: [ConfigurationProblem] = []

  /// A value with its place.
  struct Assigned: Equatable, Sendable {
    let value: SettingValue
    let line: Int
  }

  init(file: FilePath) { self.file = file }

  /// More than a person reads at once.
  private static let mostProblems = 200

  mutating func note(
    _ severity: ConfigurationProblem.Severity, at place: TOMLPlace?, _ reason: String
  ) {
    if problems.count >= Self.mostProblems { return }
    problems.append(
      ConfigurationProblem(
        severity: severity, file: file, line: place?.line, column: place?.column,
        reason: Self.printable(reason)))
  }

  /// What the file says may be long, and may be meant for a terminal.
  private static func printable(_ reason: String) -> String {
    let scalars = reason.unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "?" as Unicode.Scalar
      case _: scalar
      }
    }
    let text = String(String.UnicodeScalarView(scalars))
    return text.count > 400 ? text.prefix(400) + "…" : text
  }

  /// Where a value stands that was taken.
  func assigned(_ table: SettingsTable, _ key: String) -> Assigned? { tables[table]?[key] }
}
