/// What is said about an agent's program that ended.
extension AgentEnd {
  /// As the failure of a turn: the next run may do better.
  func failure(of name: String) -> TurnFailure {
    TurnFailure(scope: .moment, status: .program, cause: sentence(name, "ended before it answered"))
  }

  /// As the end of the run; one that ended well while nothing was asked is no failure.
  func exit(of name: String, _ what: String) -> HandlerExit {
    HandlerExit(.program, sentence(name, what))
  }

  private func sentence(_ name: String, _ what: String) -> String {
    let words = lastWords.isEmpty ? "" : ": \(lastWords)"
    return "\(name) \(what) (\(status))\(words)"
  }
}
