internal import LinuxSystem
public import SystemPackage
internal import TaskGraph

/// What a person says shall answer in a chat.
public enum HandlerChoice: Equatable, Sendable {
  /// One of the kinds that `wg-handler` knows: `echo`, `claude`, `codex`, `openai`, `acp`, ….
  case kind(String)
  /// A program that follows the handler contract, wg-handler(7).
  case program(FilePath)
  /// A shell command that takes a line and prints lines.
  case command(String)

  /// Reads the value of `--handler`: with a slash in it, a program; else a kind.
  public static func parse(handler: String, currentDirectory: FilePath) -> HandlerChoice {
    guard handler.contains("/") else { return .kind(handler) }
    return .program(currentDirectory.pushing(FilePath(handler)).lexicallyNormalized())
  }

  /// The members of a chat's row that say this, as every wg program writes them.
  func settings(model: String?, endpoint: String?) -> ChatSettings.Handler {
    switch self {
    case .kind(let name):
      .init(
        commandArguments: Self.arguments(of: name, model: model, endpoint: endpoint),
        executorPreset: name)
    case .program(let path):
      .init(commandArguments: [path.string], executorPreset: HandlerSpecification.contractPreset)
    case .command(let text):
      .init(commandArguments: ["bash", "-lc", text], executorPreset: nil)
    }
  }

  /// The command line that the existing program's terminal would run for a kind.
  private static func arguments(of kind: String, model: String?, endpoint: String?) -> [String] {
    switch kind {
    case "nex":
      ["wg", "nex"] + option("-m", model) + option("-e", endpoint)
    case "codex":
      ["codex", "--dangerously-bypass-approvals-and-sandbox", "--no-alt-screen"]
        + option("--model", model)
    case "claude":
      ["claude", "--dangerously-skip-permissions"] + option("--model", model)
    case _:
      ["wg-handler", kind]
    }
  }

  private static func option(_ name: String, _ value: String?) -> [String] {
    value.map { [name, $0] } ?? []
  }
}
