/// Reads the words in which agents say why there is no answer.
///
/// Their formats carry no reliable codes, so the status of the service is taken where it is given,
/// and else what the sentence is about.
enum AgentTrouble {
  /// The failure that an agent's words stand for.
  ///
  /// `status` is that of the service's HTTP answer, where the agent passed it on.
  static func failure(_ name: String, _ words: String, status: Int64? = nil) -> TurnFailure {
    let text = words.lowercased()
    let words = ForeignWords.line(words)
    switch status ?? httpStatus(in: text) {
    case .some(401), .some(403): return login(name, words)
    case .some(404): return model(name, words)
    case .some(408), .some(409), .some(429), .some(500...599): return later(name, words)
    case _: break
    }
    if mentions(text, loginWords) { return login(name, words) }
    if text.contains("model"), mentions(text, absenceWords) { return model(name, words) }
    if mentions(text, passingWords) { return later(name, words) }
    return TurnFailure(scope: .message, status: .program, cause: "\(name) failed: \(words)")
  }

  static func login(_ name: String, _ words: String) -> TurnFailure {
    TurnFailure(
      scope: .chat, status: .permission,
      cause: "\(name) is not logged in, or its login expired: log in with its own program, then "
        + "ask again (\(ForeignWords.line(words)))")
  }

  private static func model(_ name: String, _ words: String) -> TurnFailure {
    TurnFailure(
      scope: .chat, status: .settings,
      cause: "\(name) has no such model: choose another with wg chat set (\(words))")
  }

  private static func later(_ name: String, _ words: String) -> TurnFailure {
    TurnFailure(scope: .moment, status: .later, cause: "\(name) failed: \(words)")
  }

  private static let loginWords = [
    "/login", "not logged in", "invalid api key", "authentication", "unauthorized", "oauth token",
    "please log in", "please run codex login",
  ]
  private static let absenceWords = [
    "not exist", "not found", "not supported", "no access", "not have access", "unknown",
  ]
  private static let passingWords = [
    "overloaded", "rate limit", "error sending request", "connection", "disconnected", "timed out",
  ]

  private static func mentions(_ text: String, _ words: [String]) -> Bool {
    words.contains { text.contains($0) }
  }

  /// The number after "status", "error:" or the like: three digits that are an error.
  private static func httpStatus(in text: String) -> Int64? {
    let words = text.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
    for (word, next) in zip(words, words.dropFirst())
    where ["status", "error", "code"].contains(word) {
      if let number = Int64(next), (400...599).contains(number) { return number }
    }
    return nil
  }
}
