import ChatStorage
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport

@testable import WGCommands

/// A fresh project in a temporary folder, and commands run in it.
final class TestProject {
  let folder: TemporaryDirectory
  let layout: ProjectLayout
  private let environment: [String: String]

  init(environment: [String: String] = [:]) throws {
    folder = try TemporaryDirectory()
    layout = ProjectLayout(root: folder.path.appending(".wg"))
    self.environment = environment.merging(["USER": "tester"]) { given, _ in given }
    let outcome = RunOutcome.of("init --handler echo", in: folder.path)
    guard outcome.status == 0 else { throw FaultError(outcome.diagnostics) }
  }

  func run(_ arguments: [String], input: String = "") -> RunOutcome {
    RunOutcome.of(arguments, in: folder.path, environment: environment, input: input)
  }

  func run(_ line: String, input: String = "") -> RunOutcome {
    RunOutcome.of(line, in: folder.path, environment: environment, input: input)
  }

  /// Runs before a journal in this folder.
  func run(_ line: String, journal: FilePath) -> RunOutcome {
    RunOutcome.of(
      line.split(separator: " ").map(String.init), in: folder.path, environment: environment,
      journal: journal)
  }

  /// Runs with `--json` and reads the one document.
  func json(_ line: String) throws -> JSONValue {
    try JSONValue.parse(Array(run(line + " --json").output.utf8))
  }

  /// Makes a chat and gives its number.
  func makeChat(_ name: String) throws -> UInt32 {
    let answer = try json("chat create --name \(name)")
    guard let number = answer["chat_id"]?.uint else { throw FaultError("\(answer)") }
    return UInt32(number)
  }

  /// The folder of a chat's messages.
  func directory(_ chat: UInt32) throws -> FilePath {
    guard let session = try SessionRegistry(layout).session(for: ChatID(chat)) else {
      throw FaultError("chat \(chat) has no session")
    }
    return layout.chatDirectory(session)
  }
}
