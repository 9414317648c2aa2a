internal import JSONLines

// A turn.
extension ACPConversation {
  mutating func prompt(_ question: AgentQuestion, _ session: String) -> [AgentEffect] {
    tools = [:]
    lastWords = ""
    wantsRecollection = false
    let effect = request(
      "session/prompt",
      [
        "sessionId": .text(session),
        "prompt": [["type": "text", "text": .text(question.prompt)]],
      ])
    state = .prompting(session: session, request: lastRequest)
    defer { pendingNote = nil }
    return (pendingNote.map { [.add(.note($0))] } ?? []) + [effect]
  }

  /// The answer to `session/prompt`: the turn is over.
  mutating func prompted(_ outcome: Result<JSONValue, ACPFailure>) -> [AgentEffect] {
    switch state {
    case .prompting(let session, _):
      state = .ready(session: session)
      return unfinished() + end(outcome)
    case .cancelling(let session, _):
      state = .ready(session: session)
      let isHeeded = (try? outcome.get())?["stopReason"]?.string == "cancelled"
      // Others have been seen to lose the session, or never to end the turn for themselves.
      return unfinished() + [.finishInterrupted] + (isHeeded ? [] : startAnew(session))
    case .idle, .initializing, .opening, .ready, .unusable: return []
    }
  }

  /// The tools of which no end was heard.
  private mutating func unfinished() -> [AgentEffect] {
    defer { tools = [:] }
    return tools.values.sorted { $0.id < $1.id }.map { .add($0.part) }
  }

  private func end(_ outcome: Result<JSONValue, ACPFailure>) -> [AgentEffect] {
    switch outcome {
    case .success(let result): finish(result["stopReason"]?.string)
    case .failure(let failure):
      [.fail(self.failure(failure.error, "\(name) failed", scope: .message))]
    }
  }

  private func finish(_ reason: String?) -> [AgentEffect] {
    switch reason {
    case "cancelled": [.fail(surrender)]
    case "max_tokens": [.add(.paragraph("(the answer has as many tokens as it may)")), .finish]
    case "max_turn_requests":
      [.add(.paragraph("(the agent took as many steps as it may)")), .finish]
    case "refusal": [.add(.paragraph("(the agent refused to go on)")), .finish]
    case _: [.finish]
    }
  }

  /// It says that it was interrupted, and was not: so some agents end a turn that failed.
  ///
  /// What they said last is the reason. One that said nothing has often lost the session.
  private var surrender: TurnFailure {
    guard !lastWords.isEmpty else {
      return TurnFailure(
        scope: .moment, status: .program, cause: "\(name) gave the turn up without a word")
    }
    let trouble = AgentTrouble.failure(name, lastWords)
    guard trouble.scope == .message else { return trouble }
    return TurnFailure(scope: .message, status: .program, cause: "\(name) gave the turn up")
  }
}
