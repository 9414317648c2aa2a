internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TaskGraph

/// A change of one chat while no dispatcher runs: the files say afterwards what a dispatcher would
/// have made them say, and the next one goes by them.
struct OfflineChange {
  let project: Project
  let chat: ChatSummary

  func perform(_ change: ChatChange) throws -> ChatAnswer {
    switch change {
    case .archive: return try archive()
    case .delete: return try delete()
    case .interrupt:
      throw ControlError(
        .notRunning, "interrupting needs the dispatcher, and none runs",
        hint: "start it with `wg service start`")
    case .restore: return try withoutDispatcher { try restore() }
    case .stop: return try withoutDispatcher { try stop() }
    case .start: return try withoutDispatcher { try start() }
    case .reset: return try withoutDispatcher { try reset() }
    case .rename(let name): return try rename(name)
    case .set(let options): return try withoutDispatcher { try set(options) }
    }
  }

  private func archive() throws -> ChatAnswer {
    try answer(project.purgeOne(chat, as: .archive), "already archived")
  }

  private func delete() throws -> ChatAnswer {
    if chat.isDeleted { return try answer(changed: false, note: "already deleted") }
    let purged = try project.purgeOne(chat, as: .delete)
    try project.catalog.deleteRow(chat.id, by: project.graphChange("wg chat delete"))
    return try answer(changed: true, handler: purged?.handler)
  }

  private func restore() throws -> ChatAnswer {
    guard chat.isArchived else { return try answer(changed: false, note: "not archived") }
    try project.catalog.restore(chat.id, by: project.graphChange("wg chat restore"))
    return try answer(changed: true)
  }

  private func stop() throws -> ChatAnswer {
    let changed = try editRecord { $0.desired = .down }
    let end = project.catalog.endHandlers(of: [chat], grace: Self.grace)[chat.id]
    let handler = try end.map { try HandlerEnd(json: $0.json) }
    return try answer(
      changed: changed || handler.map { $0.outcome != .none } == true,
      note: changed ? nil : "already stopped", handler: handler)
  }

  private func start() throws -> ChatAnswer {
    let changed = try editRecord { $0.desired = .up }
    return try answer(changed: changed, note: changed ? nil : "was not stopped")
  }

  private func reset() throws -> ChatAnswer {
    let changed = try editRecord { record in
      record.crashes = []
      record.backoffDelay = 0
      record.parkedAt = nil
    }
    return try answer(changed: changed, note: changed ? nil : "there were no crashes to forget")
  }

  private func rename(_ name: String) throws -> ChatAnswer {
    let changed = try project.catalog.rename(
      chat.id, to: name, by: project.graphChange("wg chat rename"))
    return try answer(changed: changed, note: changed ? nil : "has that name already")
  }

  private func set(_ options: HandlerOptions) throws -> ChatAnswer {
    try refuseArchived()
    try project.catalog.configure(
      chat.id,
      handler: options.choice(currentDirectory: project.context.currentDirectory),
      model: options.model, endpoint: options.endpoint, by: project.graphChange("wg chat set"))
    return try answer(changed: true)
  }

  /// Nanoseconds; the default stop timeout.
  static let grace: Int64 = 10_000_000_000
}

extension OfflineChange {
  /// Keeps a dispatcher from starting while the files are changed under its feet.
  private func withoutDispatcher(_ body: () throws -> ChatAnswer) throws -> ChatAnswer {
    try Directory.createDurably(project.layout.service)
    let lock = try FileLock.acquire(project.layout.dispatcherLock, within: 500_000_000)
    guard let lock else {
      throw ControlError(.tryAgain, "a dispatcher has just started; ask again")
    }
    defer { withExtendedLifetime(lock) {} }
    return try body()
  }

  private func refuseArchived() throws {
    guard chat.isArchived else { return }
    throw ControlError(
      .failed, "chat \(chat.taskID) is archived",
      hint: "bring it back with `wg chat restore \(chat.id.number)`")
  }

  /// Whether the record had to be changed.
  private func editRecord(_ edit: (inout ChatRecord) -> Void) throws -> Bool {
    try refuseArchived()
    let store = project.chatStates
    let before = try store.read(chat.id)
    var after = before
    edit(&after)
    if after == before { return false }
    try store.write(chat.id, after)
    return true
  }

  private func answer(
    _ purged: PurgeAnswer.Purged?, _ otherwise: String
  ) throws -> ChatAnswer {
    try answer(
      changed: purged != nil, note: purged == nil ? otherwise : nil, handler: purged?.handler)
  }

  private func answer(
    changed: Bool, note: String? = nil, handler: HandlerEnd? = nil
  ) throws -> ChatAnswer {
    let now = try project.catalog.resolve(.number(chat.id))
    let status = ChatObserver(layout: project.layout).status(of: now)
    return ChatAnswer(
      dispatcher: .notRunning, chatID: chat.id.number, taskID: now.taskID, name: now.name,
      session: now.session?.text, changed: changed, state: status.state, note: note,
      handler: handler)
  }
}
