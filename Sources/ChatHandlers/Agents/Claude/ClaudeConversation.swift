internal import JSONLines

/// A conversation with Claude Code, which keeps running between questions.
///
/// `claude -p` with JSON lines in both directions. It keeps the conversation under a session id,
/// and resumes it in the next run.
struct ClaudeConversation: AgentConversation {
  enum State: Equatable {
    case idle
    /// With the session that it was told to resume.
    case starting(resuming: String?)
    case ready
    case answering
    case interrupting
  }

  let name: String
  private let arguments: [String]
  private var state = State.idle
  /// The one that is remembered.
  private var session: String?
  /// The text of the message under way came in deltas.
  private var isStreamed = false
  private var actions: [String: String] = [:]
  private var pendingNote: String?
  private(set) var wantsRecollection: Bool

  init(_ settings: AgentSettings, remembered: String?) {
    name = "claude"
    let model = settings.model.map { ["--model", $0] } ?? []
    let mode = settings.permissionMode.map { ["--permission-mode", $0] } ?? []
    self.arguments = Self.format + model + mode + settings.extraArguments
    session = remembered
    wantsRecollection = remembered == nil
  }

  private static let format = [
    "-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose",
    "--include-partial-messages",
  ]

  mutating func handle(_ event: AgentEvent) -> [AgentEffect] {
    switch (state, event) {
    case (.idle, .begun): return launch(resuming: session)
    case (.starting, .launched): return [.send(Self.control("initialize"))]
    case (.starting(let session), .received(let object)):
      return starting(session, ClaudeMessage(object))
    case (.starting(let session), .ended(let end)): return endedAtStart(session, end)

    case (.ready, .asked(let question)): return ask(question)
    case (.ready, .ended(let end)): return [.quit(end.exitAtRest(of: name))]

    case (.answering, .received(let object)), (.interrupting, .received(let object)):
      return answering(ClaudeMessage(object))
    case (.answering, .interrupted):
      state = .interrupting
      return [.send(Self.control("interrupt"))]
    case (.answering, .ended(let end)): return [.fail(end.failure(of: name))]
    case (.interrupting, .ended): return [.finishInterrupted] + launch(resuming: session)
    case (.answering, .abandoned), (.interrupting, .abandoned), (.ready, .abandoned):
      return launch(resuming: session)

    case (.ready, .received(let object)):
      guard case .question(let id) = ClaudeMessage(object) else { return [] }
      return [.send(Self.refusal(id))]

    // It is asked when it is ready, and one thing at a time.
    case (.idle, .launched), (.idle, .received), (.idle, .asked), (.idle, .interrupted),
      (.idle, .abandoned), (.idle, .ended), (.starting, .begun), (.starting, .asked),
      (.starting, .interrupted), (.starting, .abandoned), (.ready, .begun), (.ready, .launched),
      (.ready, .interrupted), (.answering, .begun), (.answering, .launched),
      (.answering, .asked), (.interrupting, .begun), (.interrupting, .launched),
      (.interrupting, .asked), (.interrupting, .interrupted):
      return []
    }
  }

  private static func control(_ subtype: String) -> JSONObject {
    [
      "type": "control_request", "request_id": .text("wg-\(subtype)"),
      "request": ["subtype": .text(subtype)],
    ]
  }

  private static func refusal(_ id: JSONValue) -> JSONObject {
    let response: JSONValue = [
      "subtype": "error", "request_id": id, "error": "nobody is here to be asked",
    ]
    return ["type": "control_response", "response": response]
  }
}

// Beginning.
extension ClaudeConversation {
  private mutating func launch(resuming session: String?) -> [AgentEffect] {
    state = .starting(resuming: session)
    return [.launch(arguments + (session.map { ["--resume", $0] } ?? []))]
  }

  private mutating func starting(_ session: String?, _ message: ClaudeMessage) -> [AgentEffect] {
    switch message {
    case .initialized:
      state = .ready
      return [.ready]
    case .result(let result) where session != nil && result.isUnknownSession: return forget()
    case .result(let result):
      return [.quit(AgentTrouble.failure(name, result.text, status: result.status).exit)]
    case .question(let id): return [.send(Self.refusal(id))]
    case .session, .messageBegins, .delta, .said, .outcome, .retrying, .other: return []
    }
  }

  private mutating func forget() -> [AgentEffect] {
    session = nil
    wantsRecollection = true
    pendingNote = "claude did not know the earlier session; this is a new one"
    return [.forget] + launch(resuming: nil)
  }

  private mutating func endedAtStart(_ session: String?, _ end: AgentEnd) -> [AgentEffect] {
    if session != nil, end.lastWords.contains("No conversation found") {
      return forget()
    }
    return [.quit(end.exit(of: name, "ended before it was ready"))]
  }
}

// A turn.
extension ClaudeConversation {
  private mutating func ask(_ question: AgentQuestion) -> [AgentEffect] {
    state = .answering
    isStreamed = false
    actions = [:]
    defer { pendingNote = nil }
    let message: JSONObject = [
      "type": "user", "message": ["role": "user", "content": .text(question.prompt)],
    ]
    return (pendingNote.map { [.add(.note($0))] } ?? []) + [.send(message)]
  }

  private mutating func answering(_ message: ClaudeMessage) -> [AgentEffect] {
    switch message {
    case .session(let id): return remember(id)
    case .messageBegins:
      isStreamed = false
      return []
    case .delta(let text):
      defer { isStreamed = true }
      return [.add(isStreamed ? .text(text) : .paragraphBegins(text))]
    case .said(let text, let uses): return said(text, uses)
    case .outcome(let id, let details):
      guard let title = actions.removeValue(forKey: id) else { return [] }
      return [.add(.action(title, details: details))]
    case .retrying(let status, let error):
      guard status == 401 || status == 403 else { return [] }
      // It would be tried for minutes, and the person can do something about it.
      return finish(.fail(AgentTrouble.login(name, error)))
    case .result(let result): return finish(conclusion(result))
    case .question(let id): return [.send(Self.refusal(id))]
    case .initialized, .other: return []
    }
  }

  private mutating func remember(_ id: String) -> [AgentEffect] {
    wantsRecollection = false
    guard id != session, SessionMemory.isUsable(id) else { return [] }
    session = id
    return [.remember(id)]
  }

  private mutating func said(_ text: String, _ uses: [ClaudeAction]) -> [AgentEffect] {
    for use in uses where actions.count < 1000 { actions[use.id] = use.title }
    return isStreamed || text.isEmpty ? [] : [.add(.paragraph(text))]
  }

  private mutating func finish(_ end: AgentEffect) -> [AgentEffect] {
    let unfinished = actions.sorted { $0.key < $1.key }
    let isInterrupted = state == .interrupting
    actions = [:]
    state = .ready
    return unfinished.map { .add(.action("\($0.value) (not finished)", details: "")) }
      + [isInterrupted ? .finishInterrupted : end]
  }

  private func conclusion(_ result: ClaudeResult) -> AgentEffect {
    guard result.isError else { return .finish }
    switch result.subtype {
    case "error_max_turns":
      return .fail(
        TurnFailure(
          scope: .message, status: .program, cause: "claude took as many steps as it may"))
    case _: return .fail(AgentTrouble.failure(name, result.text, status: result.status))
    }
  }
}
