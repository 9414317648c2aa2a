internal import ArgumentParser
internal import JSONLines

/// The command `wg completions`.
struct Completions: WGCommand {
  static let configuration = CommandConfiguration(
    // Otherwise it is made of the type's name, which is looked up whenever any command starts.
    commandName: "completions", abstract: "Print a completion script for a shell.",
    discussion: "For example: wg completions bash > ~/.local/share/bash-completion/completions/wg")

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The shell: bash, zsh or fish.")
  var shell: Shell

  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish

    var completion: CompletionShell {
      switch self {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    }
  }

  func perform(in context: CommandContext) throws -> Report {
    let script = WG.completionScript(for: shell.completion)
    return Report(
      ["shell": .text(shell.rawValue), "script": .text(script)], lines: [script])
  }
}
