public import ChatStorage
public import JSONLines
internal import TaskGraph

extension ChatCatalog {
  /// The chats by number; archived, deleted and ended ones only when asked for.
  ///
  /// Reads the graph, the registry, the tombstones and the chats' states once each, and writes
  /// nothing.
  /// - Throws: `notFound` when there is no graph.
  public func chats(includeArchived: Bool) throws(StorageError) -> [ChatSummary] {
    try snapshot().chats.filter { includeArchived || !$0.isArchived }
  }

  /// All chats, and what belongs to chats that the graph does not have.
  /// - Throws: `notFound` when there is no graph.
  public func snapshot() throws(StorageError) -> CatalogSnapshot {
    let rows = try rows().standing
    let sessions = try self.sessions.sessions()
    let tombs = try tombstones.all()
    let records = try states.all()
    let configuration = self.configuration
    let chats = rows.values.map { row in
      let chat = ChatID(row.number)
      return ChatSummary(
        row: row, session: sessions[chat], tombstone: tombs[chat],
        record: records[chat] ?? ChatRecord(),
        handler: HandlerSpecification(row, configuration))
    }
    return CatalogSnapshot(
      chats: chats.sorted { $0.id < $1.id },
      orphanedSessions: sessions.filter { rows[$0.key.number] == nil },
      orphanedTombstones: tombs.filter { rows[$0.key.number] == nil })
  }

  /// The one chat that somebody means.
  ///
  /// Names are compared without upper and lower case; a live chat goes before archived ones of the
  /// same name, and a name before the beginning of a session's uuid.
  /// - Throws: `notFound`, or `input` when several chats are meant.
  public func resolve(_ reference: ChatReference) throws(StorageError) -> ChatSummary {
    let rows = try rows().standing
    let sessions = try self.sessions.sessions()
    let found: [ChatRow] =
      switch reference {
      case .number(let chat): rows[chat.number].map { [$0] } ?? []
      case .session(let session): Self.rows(rows, sessions) { $0 == session }
      case .name(let name): try named(name, rows)
      case .prefixOrName(let text):
        try nonEmpty(named(text, rows))
          ?? Self.rows(rows, sessions) { $0.text.lowercased().hasPrefix(text.lowercased()) }
      }
    guard let row = found.first else { throw missing(reference) }
    guard found.count == 1 else { throw ambiguous(reference, found) }
    return try summary(row, session: sessions[ChatID(row.number)])
  }

  private static func rows(
    _ rows: [UInt32: ChatRow], _ sessions: [ChatID: SessionID], where fits: (SessionID) -> Bool
  ) -> [ChatRow] {
    sessions.filter { fits($0.value) }.compactMap { rows[$0.key.number] }
  }

  private func named(_ name: String, _ rows: [UInt32: ChatRow]) throws(StorageError) -> [ChatRow] {
    let all = rows.values.filter { $0.isNamed(name) }
    var live: [ChatRow] = []
    for row in all where !row.isRetired {
      if try !tombstones.contains(ChatID(row.number)) { live.append(row) }
    }
    return live.isEmpty ? all : live
  }

  private func nonEmpty(_ rows: [ChatRow]) -> [ChatRow]? { rows.isEmpty ? nil : rows }

  func summary(_ row: ChatRow, session: SessionID?) throws(StorageError) -> ChatSummary {
    let chat = ChatID(row.number)
    let configuration = self.configuration
    return ChatSummary(
      row: row, session: session, tombstone: try tombstones.tombstone(for: chat),
      record: try states.read(chat),
      handler: HandlerSpecification(row, configuration))
  }

  func missing(_ reference: ChatReference) -> StorageError {
    StorageError(
      file: layout.graph, kind: .notFound,
      reason: "there is no chat \(reference); `wg chat list --all` shows them")
  }

  private func ambiguous(_ reference: ChatReference, _ rows: [ChatRow]) -> StorageError {
    let ids = rows.map(\.number).sorted().map { ChatID($0).taskID }.joined(separator: ", ")
    return StorageError(
      file: layout.graph, kind: .input,
      reason: "\(reference) can mean \(ids); say which one by its number")
  }
}
