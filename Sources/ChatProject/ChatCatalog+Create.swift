internal import ChatStorage
public import JSONLines
internal import LinuxSystem
internal import Settings
internal import SystemPackage
public import TaskGraph

extension ChatCatalog {
  /// Makes a chat: its number, its session with the folder, and its row in the graph.
  ///
  /// The number is one more than any that the project's files have ever seen, and is taken under
  /// the graph's lock, so two programs never get the same one. The row comes last: a chat that can
  /// be seen is complete. Durable when this returns.
  /// - Throws: `input` for a name that cannot be taken, `exists` for one that a live chat has.
  public func create(
    _ request: ChatRequest, by change: GraphChange, wait: GraphFile.Wait = .blocking
  ) throws(StorageError) -> ChatSummary {
    if let objection = request.name.flatMap(ChatName.objection) {
      throw StorageError(file: layout.graph, kind: .input, reason: objection)
    }
    let configuration = try soundConfiguration()
    let handler = try choice(request, configuration)
    return try graph.modify(wait) { editor throws(StorageError) in
      try refuseTakenName(request.name, among: editor.chats)
      let chat = try nextNumber(after: editor.chats)
      let row = try newRow(chat, request, handler, by: change)
      let session = try sessions.register(chat, label: request.name ?? "chat \(chat.number)")
      editor.append(row)
      return ChatSummary(
        row: row, session: session, tombstone: nil, record: ChatRecord(),
        handler: HandlerSpecification(row, configuration))
    }
  }

  /// What the request names, else what its model does, else the project.
  private func choice(
    _ request: ChatRequest, _ configuration: Configuration
  ) throws(StorageError) -> HandlerChoice {
    let model = request.model.flatMap(configuration.model(named:))
    let choice = request.handler ?? .kind(model?.handler ?? configuration.handler)
    try check(choice, configuration)
    return choice
  }

  private func newRow(
    _ chat: ChatID, _ request: ChatRequest, _ choice: HandlerChoice, by change: GraphChange
  ) throws(StorageError) -> ChatRow {
    let handler = choice.settings(model: request.model, endpoint: request.endpoint)
    let directory = request.directory ?? layout.root.removingLastComponent()
    let new = NewChat(
      number: chat.number, name: request.name, model: request.model, endpoint: request.endpoint,
      commandArguments: handler.commandArguments, executorPreset: handler.executorPreset,
      workingDirectory: directory.string)
    guard let row = ChatRow(new.row(by: change)) else {
      throw StorageError(file: layout.graph, kind: .input, reason: "\(chat) is no chat's id")
    }
    return row
  }

  func refuseTakenName(
    _ name: String?, among rows: [ChatRow]
  ) throws(StorageError) {
    guard let name else { return }
    for row in rows.standing.values where !row.isRetired && row.isNamed(name) {
      if try tombstones.contains(ChatID(row.number)) { continue }
      throw StorageError(
        file: layout.graph, kind: .exists,
        reason: "the chat \(row.id.text) is named \(name) already; choose another name")
    }
  }

  private func nextNumber(after rows: [ChatRow]) throws(StorageError) -> ChatID {
    let used = rows.map(\.number) + (try registeredNumbers()) + fileNumbers()
    guard let highest = used.max() else { return ChatID(1) }
    let (next, overflow) = highest.addingReportingOverflow(1)
    if !overflow { return ChatID(next) }
    throw StorageError(
      file: layout.graph, kind: .input,
      reason: "no number is left: chat \(highest) has the highest that there can be")
  }

  /// A registry that cannot be read is set aside when the new session is registered; it must not
  /// keep everybody from making chats.
  private func registeredNumbers() throws(StorageError) -> [UInt32] {
    do throws(StorageError) {
      return try sessions.sessions().keys.map(\.number)
    } catch {
      guard error.kind == .badData else { throw error }
      return []
    }
  }

  /// The numbers in the names of files that outlive a chat's row.
  private func fileNumbers() -> [UInt32] {
    numbers(in: layout.tombstones, after: "chat-") + numbers(in: layout.chatStates, after: "chat-")
      + ((try? states.journaled()) ?? []).map(\.number)
      + numbers(in: layout.service, after: "coordinator-state-")
      + numbers(in: layout.service, after: "handler-")
      + numbers(in: layout.root, after: "chat-history-")
  }

  private func numbers(in folder: FilePath, after prefix: String) -> [UInt32] {
    ((try? Directory.names(in: folder)) ?? []).compactMap { name in
      guard name.hasPrefix(prefix) else { return nil }
      return UInt32(name.dropFirst(prefix.count).prefix { $0 != "." })
    }
  }
}

extension ChatRow {
  /// Whether a person means this chat by the name; upper and lower case are the same.
  func isNamed(_ name: String) -> Bool { self.name.map { ChatName.isSame($0, name) } ?? false }
}
