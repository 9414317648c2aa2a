/// A conversation with Codex, whose program runs once for each question.
///
/// `codex exec --json` reads the question from its input, writes events, and ends. It keeps the
/// conversation under a thread id, and resumes it for the next question.
struct CodexConversation: AgentConversation {
  enum State: Equatable {
    case idle
    case ready
    /// The program is being started with this question; `resuming` is the thread it was told.
    case launching(AgentQuestion, resuming: String?)
    case answering(AgentQuestion, resuming: String?)
    case interrupting
    /// The answer is known, and the program ends.
    case over
  }

  let name = "codex"
  private let arguments: [String]
  private var thread: String?
  private var state = State.idle
  /// What it complained of last; the cause, should it end without one.
  private var complaint = ""

  init(_ settings: AgentSettings, remembered: String?) {
    let model = settings.model.map { ["--model", $0] } ?? []
    let sandbox = settings.permissionMode.map { ["--sandbox", $0] } ?? []
    self.arguments =
      ["exec", "--json", "--color", "never", "--skip-git-repo-check"] + model + sandbox
      + settings.extraArguments
    thread = remembered
  }

  /// Always: that a thread is unknown shows only when the program was asked.
  var wantsRecollection: Bool { true }

  mutating func handle(_ event: AgentEvent) -> [AgentEffect] {
    switch (state, event) {
    case (.idle, .begun):
      state = .ready
      return [.ready]
    case (.ready, .asked(let question)), (.over, .asked(let question)): return launch(question)

    case (.launching(let question, let thread), .launched):
      state = .answering(question, resuming: thread)
      return [.sendAll(prompt(question, isResumed: thread != nil))]
    case (.answering, .received(let object)), (.interrupting, .received(let object)):
      return answering(CodexEvent(object))
    case (.launching, .interrupted):
      state = .interrupting
      return []
    case (.answering, .interrupted):
      state = .interrupting
      return [.signalInterrupt]
    case (.interrupting, .launched): return [.signalInterrupt]
    case (.answering(let question, let thread), .ended(let end)):
      return ended(question, resuming: thread, end)
    case (.interrupting, .ended):
      state = .ready
      return [.finishInterrupted]
    case (.over, .ended), (.answering, .abandoned), (.interrupting, .abandoned),
      (.launching, .abandoned), (.over, .abandoned), (.ready, .abandoned):
      state = .ready
      return []

    // One program a question, and one question at a time.
    case (.idle, .launched), (.idle, .received), (.idle, .asked), (.idle, .interrupted),
      (.idle, .abandoned), (.idle, .ended), (.ready, .begun), (.ready, .launched),
      (.ready, .received),
      (.ready, .interrupted), (.ready, .ended), (.launching, .begun), (.launching, .received),
      (.launching, .asked), (.launching, .ended), (.answering, .begun), (.answering, .launched),
      (.answering, .asked), (.interrupting, .begun),
      (.interrupting, .asked), (.interrupting, .interrupted), (.over, .begun),
      (.over, .launched), (.over, .received), (.over, .interrupted):
      return []
    }
  }

  private func prompt(_ question: AgentQuestion, isResumed: Bool) -> String {
    var question = question
    if isResumed { question.recollection = "" }
    return question.prompt
  }

  private mutating func launch(_ question: AgentQuestion) -> [AgentEffect] {
    state = .launching(question, resuming: thread)
    complaint = ""
    let resuming = thread.map { ["resume", $0] } ?? []
    return [.launch(arguments + resuming + ["-"])]
  }

  private mutating func answering(_ event: CodexEvent) -> [AgentEffect] {
    switch event {
    case .thread(let id):
      guard id != thread, SessionMemory.isUsable(id) else { return [] }
      thread = id
      return [.remember(id)]
    case .said(let text): return [.add(.paragraph(text))]
    case .action(let title, let details): return [.add(.action(title, details: details))]
    case .complaint(let text):
      complaint = text
      return [.add(.note(text))]
    case .completed: return finish(.finish)
    case .failed(let cause): return finish(.fail(AgentTrouble.failure(name, cause)))
    case .other: return []
    }
  }

  private mutating func finish(_ end: AgentEffect) -> [AgentEffect] {
    let isInterrupted = state == .interrupting
    state = .over
    return [.programEnds, isInterrupted ? .finishInterrupted : end]
  }

  /// It ended without an end of the turn.
  private mutating func ended(
    _ question: AgentQuestion, resuming: String?, _ end: AgentEnd
  ) -> [AgentEffect] {
    state = .ready
    if resuming != nil, Self.isAboutUnknownThread(end.lastWords) {
      thread = nil
      let note = TurnPart.note("codex did not know the earlier session; this is a new one")
      return [.forget, .add(note)] + launch(question)
    }
    let words = end.lastWords.isEmpty ? complaint : end.lastWords
    let trouble = AgentTrouble.failure(name, words)
    guard trouble.scope == .chat else {
      return [.fail(AgentEnd(status: end.status, lastWords: words).failure(of: name))]
    }
    return [.fail(trouble)]
  }

  private static func isAboutUnknownThread(_ words: String) -> Bool {
    words.contains("no rollout found") || words.contains("thread/resume failed")
      || words.contains("No saved session found")
  }
}
