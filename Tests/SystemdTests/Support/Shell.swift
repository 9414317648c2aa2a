import Foundation
import SystemPackage
import TestSupport

/// What a script came to.
struct ShellOutcome: CustomStringConvertible {
  let script: String
  let status: Int32
  let output: String
  let errors: String

  var lines: [Substring] { output.split(separator: "\n") }
  var firstLine: String { lines.first.map(String.init) ?? "" }

  var description: String {
    "`\(script)` ended with \(status)\n  output: \(output.prefix(3_000))"
      + "\n  errors: \(errors.prefix(3_000))"
  }
}

/// Runs a script of bash that must succeed.
@discardableResult
func shell(_ script: String, within seconds: Int = 60) throws -> ShellOutcome {
  let outcome = try attempt(script, within: seconds)
  guard outcome.status == 0 else { throw FaultError("\(outcome)") }
  return outcome
}

/// Runs a script of bash, whatever comes of it; 124 when it is not through in time.
func attempt(_ script: String, within seconds: Int = 60) throws -> ShellOutcome {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
  process.arguments = ["--kill-after=5", "\(seconds)", "bash", "-o", "pipefail", "-c", script]
  process.currentDirectoryURL = URL(fileURLWithPath: "/")
  process.standardInput = FileHandle.nullDevice
  // Files, not pipes: nobody has to read while the script writes.
  let folder = try TemporaryDirectory()
  process.standardOutput = try handle(folder, "output")
  process.standardError = try handle(folder, "errors")
  try process.run()
  process.waitUntilExit()
  return ShellOutcome(
    script: script, status: process.terminationStatus,
    output: text(of: folder.file("output")) ?? "",
    errors: text(of: folder.file("errors")) ?? "")
}

private func handle(_ folder: TemporaryDirectory, _ name: String) throws -> FileHandle {
  try FileHandle(forWritingTo: URL(fileURLWithPath: try folder.write(name, "").string))
}
