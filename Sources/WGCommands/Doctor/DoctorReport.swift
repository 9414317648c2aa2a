internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Terminal

/// What `wg doctor` prints.
struct DoctorReport {
  /// Nil outside every project.
  let project: FilePath?
  let findings: [Finding]

  var report: Report {
    Report(payload, lines: lines, failure: failure)
  }

  private func count(_ severity: Finding.Severity) -> Int {
    findings.count { $0.severity == severity }
  }

  /// What decides the exit status.
  private var failure: ControlError? {
    let problems = count(.problem)
    return problems == 0 ? nil : ControlError(.failed, Count.of(problems, "problem"))
  }
}

// MARK: - For people

extension DoctorReport {
  private static let severityWidth = 9
  private static let checkWidth = 14

  private var lines: [String] { findings.flatMap(Self.lines) + ["", summary] }

  private static func lines(_ finding: Finding) -> [String] {
    let start =
      padded(finding.severity.rawValue, severityWidth) + padded(finding.check.rawValue, checkWidth)
    let margin = String(repeating: " ", count: severityWidth + checkWidth)
    return [start + SafeText.line(finding.text)]
      + [finding.meaning, finding.advice.map { "→ \($0)" }].compactMap(\.self).map {
        margin + SafeText.line($0)
      }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private var summary: String {
    let parts = [
      Count.of(count(.problem), "problem"), Count.of(count(.warning), "warning"),
      Count.of(count(.note), "note"),
    ]
    return parts.joined(separator: ", ")
  }
}

// MARK: - For scripts

extension DoctorReport {
  private var payload: JSONObject {
    var counts = JSONObject()
    for severity in Finding.Severity.allCases {
      counts[severity.rawValue] = .integer(count(severity))
    }
    var object = JSONObject()
    object["version"] = .text(ProgramVersion.current)
    object["project"] = project.map { .text($0.string) } ?? .null
    object["counts"] = .object(counts)
    object["findings"] = .array(findings.map(Self.json))
    return object
  }

  private static func json(_ finding: Finding) -> JSONValue {
    [
      "check": .text(finding.check.rawValue), "severity": .text(finding.severity.rawValue),
      "finding": .text(finding.text), "meaning": finding.meaning.map(JSONValue.text) ?? .null,
      "advice": finding.advice.map(JSONValue.text) ?? .null,
    ]
  }
}
