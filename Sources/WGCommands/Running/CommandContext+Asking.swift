internal import ControlProtocol
internal import LinuxSystem
internal import Terminal

extension CommandContext {
  /// Asks on a terminal; without one, or with `--json`, the answer is yes.
  /// - Throws: `failed` when the person does not agree.
  func confirm(_ question: String) throws {
    guard console.canAsk(), !isJSON else { return }
    console.write(.error, Array("\(SafeText.line(question)) [y/N] ".utf8))
    let answer = console.readLine()?.lowercased() ?? ""
    guard ["y", "yes"].contains(answer) else {
      throw ControlError(.failed, "nothing was done")
    }
  }
}
