internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver
internal import SystemPackage
internal import TaskGraph

extension RequestHandler {
  func create(_ new: ControlRequest.NewChat, _ connection: ControlConnection) throws {
    let handler = try choice(new.executor, new.command)
    let created = try supervisor.catalog.create(
      ChatRequest(name: new.name, handler: handler, model: new.model, endpoint: new.endpoint),
      by: .dispatcher, wait: .tryOnce)
    daemon.graph.readGraph()
    daemon.graph.readSessions()
    let chat = try chat(created.id.number)
    connection.answer(.ok(answer(about: chat, changed: true).payload))
  }

  func archive(
    _ number: UInt32, _ reason: ArchiveReason, _ command: String, _ connection: ControlConnection
  ) throws {
    let chat = try chat(number)
    guard chat.burial == nil || isStillEnding(chat) else {
      return connection.answer(
        .ok(answer(about: chat, changed: false, note: "already archived").payload))
    }
    supervisor.archive(chat, reason, by: author(connection, command))
    answer(connection) { [self] in
      guard let result = archiveResult(chat) else { return nil }
      switch result {
      case .failure(let error): return .failed(error)
      case .success(let end):
        return .ok(answer(about: chat, changed: true, handler: end).payload)
      }
    }
  }

  func stop(_ number: UInt32, _ connection: ControlConnection) throws {
    let chat = try living(number, for: .stop)
    let wasDown = supervisor.state(of: chat) == .down
    let beganAt = Clock.monotonic
    let killedBefore = chat.past.killed
    let pids = processesToEnd(of: chat)
    chat.past.lastFailure = nil
    driver.report(.stopRequested, of: chat.child)
    answer(connection) { [self] in
      if let failure = chat.past.lastFailure { return .failed(ControlError(.failed, failure)) }
      if let failure = survival(of: chat) { return .failed(failure) }
      guard driver.machine.state(of: chat.child)?.incarnation == nil else { return nil }
      let ended: HandlerEnd.Outcome = chat.past.killed == killedBefore ? .terminated : .killed
      let end = HandlerEnd(
        outcome: pids.isEmpty ? .none : ended, pids: pids, duration: Clock.monotonic - beganAt)
      return .ok(answer(about: chat, changed: !wasDown, handler: end).payload)
    }
  }

  /// What to say when SIGKILL did not end the handler; the chat is down all the same.
  private func survival(of chat: SupervisedChat) -> ControlError? {
    guard case .stopping(let stop)? = driver.machine.state(of: chat.child),
      case .surviving = stop.phase
    else { return nil }
    let left = driver.processes(of: chat.child).map {
      "\($0) in state \(ProcessTable.state($0).map(String.init) ?? "?")"
    }
    return ControlError(
      .failed, "SIGKILL was sent, and a process is still there: \(left.joined(separator: ", "))",
      hint: "the chat stays stopped; `wg chat show \(chat.id.number)` tells when it is gone")
  }

  /// The handler's, be it one that somebody else started and that nobody met before.
  private func processesToEnd(of chat: SupervisedChat) -> [Int32] {
    let known = driver.processes(of: chat.child)
    guard known.isEmpty, let stranger = supervisor.holder(of: chat) else { return known }
    driver.reportHolder(stranger, of: chat.child)
    return [stranger.pid]
  }

  func start(_ number: UInt32, _ connection: ControlConnection) throws {
    let chat = try living(number, for: .start)
    let wasDown = supervisor.state(of: chat) == .down
    chat.past.lastFailure = nil
    driver.report(.startRequested, of: chat.child)
    answer(connection) { [self] in
      // It is up, and will not be when the dispatcher is started again.
      if let failure = chat.past.lastFailure { return .failed(ControlError(.failed, failure)) }
      return .ok(answer(about: chat, changed: wasDown).payload)
    }
  }

  func restore(_ number: UInt32, _ connection: ControlConnection) throws {
    let chat = try chat(number)
    guard chat.burial != nil || chat.row?.isClosed == true else {
      return connection.answer(
        .ok(answer(about: chat, changed: false, note: "not archived").payload))
    }
    guard driver.machine.state(of: chat.child)?.incarnation == nil else {
      throw ControlError(.tryAgain, "the chat's handler is still being ended")
    }
    let closings = supervisor.clerk.withdraw(chat.id)
    do {
      try reopenTask(of: chat)
    } catch {
      supervisor.clerk.add(closings)
      throw error
    }
    chat.past.lastFailure = nil
    // Before it is told that the row is open, which under a tombstone is nobody's wish.
    if chat.burial != nil { driver.report(.restoreRequested, of: chat.child) }
    daemon.graph.readGraph()
    daemon.graph.readSessions()
    answer(connection) { [self] in
      if let failure = chat.past.lastFailure { return .failed(ControlError(.failed, failure)) }
      guard chat.burial == nil, supervisor.state(of: chat) != .archived else { return nil }
      supervisor.watch(chat)
      driver.report(.inboxTouched, of: chat.child)
      return .ok(answer(about: chat, changed: true).payload)
    }
  }

  func reset(_ number: UInt32, _ connection: ControlConnection) throws {
    let chat = try living(number, for: .reset)
    driver.report(.resetRequested, of: chat.child)
    answer(connection) { [self] in .ok(answer(about: chat, changed: true).payload) }
  }

  func interrupt(_ number: UInt32, _ connection: ControlConnection) throws {
    let chat = try living(number, for: .interrupt)
    guard driver.pid(of: chat.child) != nil else {
      return connection.answer(
        .ok(answer(about: chat, changed: false, note: "no handler is running").payload))
    }
    driver.report(.interruptRequested, of: chat.child)
    answer(connection) { [self] in
      var payload = answer(about: chat, changed: true).payload
      payload["interrupted"] = true
      return .ok(payload)
    }
  }

  /// Archived chats have names too; no handler hears of it.
  func rename(_ rename: ControlRequest.ChatRename, _ connection: ControlConnection) throws {
    let chat = try chat(rename.chatID)
    let changed = try supervisor.catalog.rename(
      chat.id, to: rename.name, by: .dispatcher, wait: .tryOnce)
    daemon.graph.readGraph()
    connection.answer(.ok(answer(about: chat, changed: changed).payload))
  }

  func set(_ settings: ControlRequest.ChatSettings, _ connection: ControlConnection) throws {
    guard !settings.isEmpty else {
      throw ControlError(.usage, "at least one of executor, command, model, endpoint is needed")
    }
    let chat = try living(settings.chatID, for: .set)
    let handler = try choice(settings.executor, settings.command)
    try supervisor.catalog.configure(
      chat.id, handler: handler, model: settings.model, endpoint: settings.endpoint,
      by: .dispatcher, wait: .tryOnce)
    daemon.graph.readGraph()
    driver.report(.restartRequested, of: chat.child)
    answer(connection) { [self] in .ok(answer(about: chat, changed: true).payload) }
  }

  func accept(_ message: ControlRequest.UserMessage, _ connection: ControlConnection) throws {
    let chat = try living(message.chatID, for: .message)
    let session = try chat.session ?? supervisor.sessions.register(chat.id)
    if chat.session == nil { daemon.graph.readSessions() }
    let log = MessageLog(
      directory: supervisor.layout.chatDirectory(session), .inbox,
      patience: ChatSupervisor.patience)
    let appended = try log.append(
      NewMessage(
        role: .user, content: message.message, requestID: message.requestID,
        attachments: message.attachments))
    driver.report(.inboxTouched, of: chat.child)
    connection.answer(
      .ok([
        "status": "accepted", "request_id": .text(message.requestID),
        "inbox_id": .integer(appended.id), "chat_id": .integer(chat.id.number),
      ]))
  }

  func attach(_ number: UInt32, _ connection: ControlConnection) throws {
    let chat = try living(number, for: .attach)
    if !connection.leases.contains(chat.child) {
      connection.leases.append(chat.child)
      driver.report(.consumerAttached, of: chat.child)
      supervisor.noteConsumer(of: chat)
      daemon.log.info(.consumerAttached, about: chat.id, "consumer attached")
    }
    answer(connection) { [self] in .ok(answer(about: chat, changed: true).payload) }
  }

  /// Opens the task in the graph again; the tombstone still stands.
  private func reopenTask(of chat: SupervisedChat) throws(StorageError) {
    try supervisor.catalog.graph.modify(.tryOnce) { editor throws(StorageError) in
      guard let row = editor.rows(of: chat.id.number).first else {
        throw StorageError(
          file: supervisor.layout.graph, kind: .notFound,
          reason: "\(chat.id) is not in the graph any more; make a new chat with `wg chat create`")
      }
      let message = "Chat \(chat.id.number) restored"
      if let open = row.restored(message, by: .dispatcher) { editor.replace(row.id, with: open) }
    }
    try supervisor.catalog.revive(chat.id, chat.session)
  }

  private func choice(
    _ executor: String?, _ command: String?
  ) throws(ControlError) -> HandlerChoice? {
    switch (executor, command) {
    case (_?, _?):
      throw ControlError(.usage, "--command cannot be combined with an executor; give one of them")
    case (let executor?, nil):
      return .parse(
        handler: executor, currentDirectory: supervisor.layout.root.removingLastComponent())
    case (nil, let command?): return .command(command)
    case (nil, nil): return nil
    }
  }

  /// A chat that is not archived.
  ///
  /// Of one that is, the refusal is put on record.
  private func living(
    _ number: UInt32, for request: RefusedRequest
  ) throws(ControlError) -> SupervisedChat {
    let chat = try chat(number)
    guard chat.burial == nil, chat.row?.isClosed != true else {
      recordRefusal(request, of: chat)
      throw ControlError(
        .failed, "\(chat.id.taskID) is archived",
        hint: "`wg chat restore \(number)` brings it back")
    }
    return chat
  }

  /// At most once a second: nobody who keeps asking may push other records out.
  private func recordRefusal(_ request: RefusedRequest, of chat: SupervisedChat) {
    let now = Clock.monotonic
    guard now - (chat.past.refusedAt ?? .min / 2) >= 1_000_000_000 else { return }
    chat.past.refusedAt = now
    driver.report(.refused(request), of: chat.child)
  }
}
