internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TimeSpans

/// A message that is on the disk.
struct SentMessage {
  let chat: ChatSummary
  let id: UInt64
  let requestID: String
  /// Set up before the message was written, so that no answer can be missed.
  let answers: MessageFollower
  let dispatcher: DispatcherState
  /// Why nothing will answer soon; nil when something should.
  let obstacle: ControlError?
}

extension Project {
  /// Appends a message to the inbox; it is durable when this returns.
  ///
  /// Needs no dispatcher: a running one watches the inbox.
  /// - Parameter patience: how long other writers of the inbox are waited for.
  func send(
    _ message: OutgoingMessage, to chat: ChatSummary, patience: Patience = .unlimited
  ) throws -> SentMessage {
    try MessageText.checkSize(message.content, otherwise: .badData)
    if chat.isArchived {
      throw ControlError(
        .failed, "chat \(chat.taskID) is archived and takes no messages",
        hint: "bring it back with `wg chat restore \(chat.id.number)`")
    }
    let directory = try messageDirectory(of: chat)
    let answers = try MessageFollower(directory: directory, [.outbox])
    let id = try deliver(message, to: chat, directory, patience)
    // After the message is there: a dispatcher that ends in this moment has seen either the one or
    // the other, and who connects to a socket that a service manager holds is never turned away.
    let isWoken = chat.record.desired != .down && wakeDispatcher()
    let isRunning = try DispatcherProbe.isRunning(layout)
    let state = isRunning || !isWoken ? DispatcherState(isRunning) : .starting
    return SentMessage(
      chat: chat, id: id, requestID: message.requestID, answers: answers, dispatcher: state,
      obstacle: obstacle(for: chat, state))
  }

  /// Gives the number of the message in the inbox.
  ///
  /// Who may not write the inbox has the dispatcher do it.
  private func deliver(
    _ message: OutgoingMessage, to chat: ChatSummary, _ directory: FilePath, _ patience: Patience
  ) throws -> UInt64 {
    do throws(StorageError) {
      let inbox = MessageLog(directory: directory, .inbox, patience: patience)
      return try inbox.append(message.row).id
    } catch {
      guard error.kind == .notPermitted, !mayWriteFiles, let client = try dispatcher(waking: true)
      else { throw error }
      let request = ControlRequest.UserMessage(
        chatID: chat.id.number, message: message.content, requestID: message.requestID)
      let answer = try client.demand(.userChat(request), within: .seconds(30))
      return answer["inbox_id"]?.uint ?? 0
    }
  }

  /// Where its messages are; made when there is none yet.
  func messageDirectory(of chat: ChatSummary) throws -> FilePath {
    let session = try chat.session ?? SessionRegistry(layout).register(chat.id)
    let directory = layout.chatDirectory(session)
    try Directory.createDurably(directory)
    return directory
  }

  private func obstacle(
    for chat: ChatSummary, _ dispatcher: DispatcherState
  ) -> ControlError? {
    let record = chat.record
    if record.desired == .down {
      return ControlError(
        .tryAgain, "chat \(chat.taskID) is stopped; the message waits",
        hint: "`wg chat start \(chat.id.number)` lets it answer")
    }
    if dispatcher == .notRunning {
      return ControlError(
        .notRunning, "no dispatcher runs; the message waits",
        hint: "`wg service start` lets it be answered")
    }
    if record.parkedAt != nil {
      return ControlError(
        .tryAgain, "chat \(chat.taskID) is parked after crashes; the message may wait long",
        hint: "`wg chat reset \(chat.id.number)` lets it start at once")
    }
    return nil
  }
}

extension Project {
  /// What to say when nobody waits for the answer.
  func report(on sent: SentMessage) throws -> Report {
    let next = sent.dispatcher == .starting ? " The dispatcher is being started for it." : ""
    let line = "Message \(sent.id) is in the inbox of \(sent.chat.taskID).\(next)"
    return Report(
      payload(of: sent, note: sent.obstacle?.message), lines: [line],
      notes: [sent.obstacle?.message].compactMap(\.self))
  }

  /// Waits for the answer and prints its content, nothing else.
  func waitForAnswer(to sent: SentMessage, within limit: TimeSpan) throws -> Report {
    if let obstacle = sent.obstacle, !Self.mayPass(obstacle, sent) {
      return Report(payload(of: sent, note: obstacle.message), failure: obstacle)
    }
    let deadline: Deadline =
      limit.isInfinite ? .never : .after(nanoseconds: limit.nanoseconds)
    while let found = try sent.answers.next(until: deadline) {
      if let answer = found.map(\.1).first(where: { $0.requestID == sent.requestID }) {
        return report(sent, answer)
      }
    }
    let failure = ControlError(
      .tryAgain, "no answer within \(limit); the message stays queued",
      hint: "`wg chat history \(sent.chat.id.number) --follow` shows the answer when it comes")
    return Report(payload(of: sent, note: failure.message), failure: failure)
  }

  /// A parked chat may start again for a new message; the others need somebody's hand first.
  private static func mayPass(_ obstacle: ControlError, _ sent: SentMessage) -> Bool {
    sent.dispatcher != .notRunning && sent.chat.record.desired != .down
  }

  private func report(_ sent: SentMessage, _ answer: ChatMessage) -> Report {
    var payload = payload(of: sent, note: nil)
    payload["role"] = .text(answer.role.name)
    payload["answer"] = .text(answer.content)
    if answer.role == .systemError {
      return Report(payload, failure: ControlError(.failed, answer.content))
    }
    return Report(payload, lines: [context.content(answer.content)])
  }

  private func payload(of sent: SentMessage, note: String?) -> JSONObject {
    [
      "dispatcher": .text(sent.dispatcher.rawValue),
      "chat_id": .integer(sent.chat.id.number), "task_id": .text(sent.chat.taskID),
      "inbox_id": .integer(sent.id), "request_id": .text(sent.requestID),
      "note": note.map { .text($0) } ?? .null, "role": nil, "answer": nil,
    ]
  }
}
