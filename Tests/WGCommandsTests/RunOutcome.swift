import ControlProtocol
import LinuxSystem
import SystemPackage
import TimeSpans

@testable import WGCommands

/// What one command line did, run in this process.
struct RunOutcome {
  var status: Int32 = -1
  var output = ""
  var diagnostics = ""

  /// Runs `wg` with captured streams.
  static func of(
    _ arguments: [String], in directory: FilePath = "/", environment: [String: String] = [:],
    input: String = "", journal: FilePath? = nil, host: SystemdHost = .real
  ) -> RunOutcome {
    var outcome = RunOutcome()
    let console = Console(
      write: { stream, bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if stream == .output { outcome.output += text } else { outcome.diagnostics += text }
      },
      readAll: { Array(input.utf8) })
    outcome.status = CommandRunner(
      console: console, environment: environment, currentDirectory: directory,
      patience: TimeSpan(nanoseconds: 10_000_000), journalFolder: journal, host: host
    ).run(arguments)
    return outcome
  }

  static func of(
    _ line: String, in directory: FilePath = "/", environment: [String: String] = [:],
    input: String = ""
  ) -> RunOutcome {
    of(
      line.split(separator: " ").map(String.init), in: directory, environment: environment,
      input: input)
  }
}
