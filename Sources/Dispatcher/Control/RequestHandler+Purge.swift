internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver

extension RequestHandler {
  /// Archives every chat, and answers when each is proven dead (rule 11).
  func purge(_ request: ControlRequest.PurgeRequest, _ connection: ControlConnection) {
    var answer = PurgeAnswer(dispatcher: .running, isDryRun: request.isDryRun)
    var doomed: [SupervisedChat] = []
    for chat in supervisor.chats.all {
      if let reason = reasonToSkip(chat, request) {
        answer.skipped.append(
          PurgeAnswer.Skipped(chatID: chat.id.number, taskID: chat.id.taskID, reason: reason))
        if !request.isDryRun, let exception = PurgeException(reason) {
          driver.report(.spared(exception), of: chat.child)
        }
      } else {
        doomed.append(chat)
      }
    }
    if request.isDryRun {
      answer.purged = doomed.map { purged($0, .nothing, at: Timestamp.rfc3339(Clock.wall)) }
      return connection.answer(answer.response)
    }
    begin(doomed, request, connection)
    let beganAt = Clock.monotonic
    self.answer(connection) { [self] in
      let response = complete(answer, doomed)
      if response != nil {
        supervisor.counters.purges.observe(Double(Clock.monotonic - beganAt) / 1e9)
      }
      return response
    }
  }

  private func reasonToSkip(
    _ chat: SupervisedChat, _ request: ControlRequest.PurgeRequest
  ) -> PurgeAnswer.Skipped.Reason? {
    let number = chat.id.number
    if chat.burial != nil || chat.row?.isArchived == true, !isStillEnding(chat) {
      return .alreadyArchived
    }
    if !request.includeCaller && request.callerChatID == number { return .callerChat }
    if request.except.contains(number) { return .excepted }
    let consumers = driver.machine.demand(of: chat.child)?.consumers ?? 0
    return request.keepAttached && consumers > 0 ? .attached : nil
  }

  /// Archived, and not yet done with: who asks again waits for the same evidence.
  func isStillEnding(_ chat: SupervisedChat) -> Bool {
    chat.retirement.map { !$0.isSettled } ?? (driver.pid(of: chat.child) != nil)
  }

  private func begin(
    _ doomed: [SupervisedChat], _ request: ControlRequest.PurgeRequest,
    _ connection: ControlConnection
  ) {
    let author = author(connection, "purge_chats")
    let grace = request.graceMilliseconds.map {
      TimeSpan.milliseconds(Int64(clamping: min($0, 86_400_000)))
    }
    for chat in doomed { supervisor.archive(chat, .purge, by: author, grace: grace) }
  }

  /// Nil as long as one of the chats is not done with.
  private func complete(_ answer: PurgeAnswer, _ doomed: [SupervisedChat]) -> ControlResponse? {
    var answer = answer
    for chat in doomed {
      switch archiveResult(chat) {
      case nil: return nil
      case .success(let end):
        answer.purged.append(purged(chat, end, at: chat.burial?.purgedAt ?? ""))
      case .failure(let error):
        answer.errors.append(PurgeAnswer.Failure(chatID: chat.id.number, error: error.message))
      }
    }
    return answer.response
  }

  private func purged(
    _ chat: SupervisedChat, _ end: HandlerEnd, at time: String
  ) -> PurgeAnswer.Purged {
    PurgeAnswer.Purged(
      chatID: chat.id.number, taskID: chat.id.taskID, purgedAt: time, handler: end)
  }

  /// How the archiving of a chat came out; nil while it goes on.
  func archiveResult(_ chat: SupervisedChat) -> Result<HandlerEnd, ControlError>? {
    guard let retirement = chat.retirement else {
      return .failure(ControlError(.failed, "the chat was restored meanwhile"))
    }
    if chat.burial == nil {
      guard let failure = chat.past.lastFailure, !driver.machine.isBuried(chat.child) else {
        return nil
      }
      return .failure(ControlError(.failed, failure))
    }
    guard let outcome = retirement.outcome else { return nil }
    if outcome == .survived {
      return .success(end(retirement, survivors: supervisor.survivors(of: chat)))
    }
    if retirement.isSettled { return .success(end(retirement, survivors: [])) }
    guard let error = supervisor.clerk.lastError, error.kind != .locked else { return nil }
    return .failure(ControlError(error))
  }

  private func end(
    _ retirement: SupervisedChat.Retirement, survivors: [HandlerEnd.Survivor]
  ) -> HandlerEnd {
    let outcome = HandlerEnd.Outcome(rawValue: (retirement.outcome ?? .none).rawValue) ?? .none
    return HandlerEnd(
      outcome: outcome, pids: outcome == .none ? [] : retirement.pids,
      duration: retirement.duration, survivors: survivors)
  }
}

extension PurgeException {
  /// Nil for what needs no purge.
  fileprivate init?(_ reason: PurgeAnswer.Skipped.Reason) {
    switch reason {
    case .alreadyArchived: return nil
    case .callerChat: self = .callerChat
    case .attached: self = .attached
    case .excepted: self = .excepted
    }
  }
}
