internal import LinuxSystem

/// What is said about an agent's program that ended.
extension AgentEnd {
  /// As the failure of a turn: the next run may do better.
  func failure(of name: String) -> TurnFailure {
    TurnFailure(scope: .moment, status: .program, cause: sentence(name, "ended before it answered"))
  }

  /// As the end of the run while nothing was asked; one that ended well is no failure.
  func exitAtRest(of name: String) -> HandlerExit {
    status.isSuccess ? .success : exit(of: name, "ended")
  }

  /// As the end of the run.
  func exit(of name: String, _ what: String) -> HandlerExit {
    HandlerExit(.program, sentence(name, what))
  }

  private func sentence(_ name: String, _ what: String) -> String {
    let words = ForeignWords.line(lastWords)
    return "\(name) \(what) (\(status))\(words.isEmpty ? "" : ": \(words)")"
  }
}
