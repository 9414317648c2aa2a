internal import ChatStorage
internal import JSONLines
internal import LinuxSystem

// What is done about the state of the responder.
extension ChatServer {
  /// How much of the files is read between two looks at signals.
  private static let readBudget = 4 << 20

  func step(at now: Int64) throws(HandlerExit) -> Progress {
    attendClocks(at: now)
    switch responder.state {
    case .starting, .answering, .stopping: return .wait
    case .ready: return try ready(at: now)
    case .answered(let answer):
      try files { () throws(StorageError) in try deliver(answer) }
      try responder.acknowledge(at: now)
      return .again
    case .failed(let failure):
      try failed(failure, at: now)
      return .again
    case .ended(let exit): return .over(verdict(exit))
    }
  }

  private func ready(at now: Int64) throws(HandlerExit) -> Progress {
    if isEnding {
      end(nil, at: now)
      return .again
    }
    notifier.ready(at: now)
    return try files { () throws(StorageError) in try serveNext(at: now) }
  }

  private func failed(_ failure: TurnFailure, at now: Int64) throws(HandlerExit) {
    if failure.scope != .moment {
      try files { () throws(StorageError) in try deliver(failure.answer) }
    }
    switch failure.scope {
    case .message: try responder.acknowledge(at: now)
    case .chat, .moment: end(failure.exit, at: now)
    }
  }

  private func files<Result>(
    _ body: () throws(StorageError) -> Result
  ) throws(HandlerExit) -> Result {
    do throws(StorageError) {
      return try body()
    } catch {
      throw HandlerExit(error.kind == .replaced ? .replaced : .files, error.description)
    }
  }
}

// From the inbox.
extension ChatServer {
  private func serveNext(at now: Int64) throws(StorageError) -> Progress {
    if mustRefresh {
      mustRefresh = try !conversation.refresh(budget: ChatServer.readBudget)
      reportProblems()
      if mustRefresh { return .again }
    }
    guard let next = conversation.pending.first else {
      // Saves the next incarnation work, no more; whoever was replaced hears of it with an answer.
      _ = try? conversation.saveCheckpoint()
      notifier.status("waiting for a message", at: now)
      return .wait
    }
    try begin(next, at: now)
    return .again
  }

  private func begin(_ place: PendingMessage, at now: Int64) throws(StorageError) {
    if place == lastServed {
      throw StorageError(
        file: outbox.path, kind: .badData,
        reason: "message \(place.id) is still waiting although its answer was written")
    }
    guard let message = try message(at: place) else { return }
    let question = Question(message: message, isRedelivered: earlier?.names(place) == true)
    current = Turn(place: place, question: question)
    try note(place)
    draft.begin(version: responder.draftVersion)
    responder.answer(question, at: now)
    if responder.state == .answering { notifier.status("answering message \(place.id)", at: now) }
  }

  /// Nothing is begun by a run that was replaced, so that nothing is done twice.
  private func note(_ place: PendingMessage) throws(StorageError) {
    let note = ServingNote(
      message: place.id, requestID: place.requestID, incarnation: environment.incarnation)
    try token.permitting { () throws(StorageError) in
      // Without it a message that is served twice goes without the mark.
      try? note.write(environment.directory)
    }
  }

  private func message(at place: PendingMessage) throws(StorageError) -> ChatMessage? {
    do throws(StorageError) {
      return try conversation.message(at: place)
    } catch {
      guard error.kind == .badData || error.kind == .notFound, missed != place else { throw error }
      missed = place
      mustRefresh = true
      return nil
    }
  }

  private func reportProblems() {
    let problems = conversation.problems
    for problem in problems where !reported.contains(problem) {
      StandardStreams.complain("wg-handler", "\(problem)")
    }
    reported = problems
  }
}

// Into the outbox.
extension ChatServer {
  private func deliver(_ answer: Answer) throws(StorageError) {
    guard let turn = current else { return }
    try outbox.append(row(answer, to: turn.question))
    draft.end()
    lastServed = turn.place
    current = nil
    try moveCursor(past: turn.place)
  }

  private func row(_ answer: Answer, to question: Question) -> NewMessage {
    let role: ChatMessage.Role =
      switch answer.kind {
      case .answer: .coordinator
      case .systemError: .systemError
      }
    var row = NewMessage(
      role: role, content: answer.content, requestID: question.message.effectiveRequestID,
      fullResponse: answer.transcript, user: question.message.user)
    row.isInterrupted = answer.isInterrupted
    row.isRedelivered = question.isRedelivered
    return row
  }

  /// The cursor hides every smaller id.
  ///
  /// After a look at the files, since an inbox that was replaced may count from 1 again; then the
  /// answer in the outbox is enough.
  private func moveCursor(past place: PendingMessage) throws(StorageError) {
    try conversation.refresh()
    mustRefresh = false
    guard conversation.pending.allSatisfy({ $0.id > place.id }) else { return }
    try conversation.advanceCursor(place.id)
  }
}
