public import ChatStorage
public import JSONLines
internal import Settings
internal import SystemPackage
public import TaskGraph

extension ChatCatalog {
  /// Archives the rows of these chats in one rewrite of the graph, and says whose rows changed.
  ///
  /// Rows of both spellings; a chat without a row is passed over, one that is archived already gets
  /// no second log entry. Writes no tombstone: that comes first, wherever it is wanted.
  @discardableResult
  public func archiveRows(
    _ chats: some Collection<ChatID>, by change: GraphChange, wait: GraphFile.Wait = .blocking,
    message: (ChatID) -> String
  ) throws(StorageError) -> Set<ChatID> {
    if chats.isEmpty { return [] }
    return try graph.modify(wait) { editor throws(StorageError) in
      var changed: Set<ChatID> = []
      for chat in chats {
        for row in editor.rows(of: chat.number) {
          guard let archived = row.archived(message(chat), by: change) else { continue }
          editor.replace(row.id, with: archived)
          changed.insert(chat)
        }
      }
      return changed
    }
  }

  /// Marks the chat's rows as abandoned; the history stays.
  ///
  /// Writes no tombstone.
  /// - Throws: `notFound` when the chat has no row.
  public func deleteRow(
    _ chat: ChatID, by change: GraphChange, wait: GraphFile.Wait = .blocking,
    message: String? = nil
  ) throws(StorageError) {
    let text = message ?? "Chat \(chat.number) deleted"
    try edit(chat, wait) { row in row.deleted(text, by: change) }
  }

  /// Brings a purged, archived or deleted chat back.
  ///
  /// The row first, then the session's mark and folders, the tombstone last: until the last step is done the
  /// chat counts as archived, and doing it again finishes what was begun.
  /// - Throws: `notFound` when the chat has no row.
  @discardableResult
  public func restore(
    _ chat: ChatID, by change: GraphChange, wait: GraphFile.Wait = .blocking
  ) throws(StorageError) -> ChatSummary {
    let row = try graph.modify(wait) { editor throws(StorageError) in
      guard let row = editor.rows(of: chat.number).first else { throw missing(.number(chat)) }
      let restored = row.restored("Chat \(chat.number) restored", by: change) ?? row
      editor.replace(row.id, with: restored)
      return restored
    }
    let session = try sessions.session(for: chat)
    try revive(chat, session)
    try tombstones.remove(chat)
    return try summary(row, session: try sessions.session(for: chat))
  }

  /// Gives a chat another handler, model or endpoint in its row.
  /// - Throws: `notFound` when the chat has no row, `input` when there is no such handler; then
  ///   nothing was changed.
  public func configure(
    _ chat: ChatID, handler: HandlerChoice?, model: String?, endpoint: String?,
    by change: GraphChange, wait: GraphFile.Wait = .blocking
  ) throws(StorageError) {
    if let handler { try check(handler, try soundConfiguration()) }
    try edit(chat, wait) { row in
      let settings = ChatSettings(
        handler: handler?.settings(model: model ?? row.model, endpoint: endpoint ?? row.endpoint),
        model: model, endpoint: endpoint)
      return row.configured(settings, by: change)
    }
  }

  /// Gives a chat another name; false when it has it already.
  /// - Throws: `notFound` when the chat has no row, `input` for a name that cannot be taken, `exists`
  ///   for one that another live chat has.
  @discardableResult
  public func rename(
    _ chat: ChatID, to name: String, by change: GraphChange, wait: GraphFile.Wait = .blocking
  ) throws(StorageError) -> Bool {
    if let objection = ChatName.objection(to: name) {
      throw StorageError(file: layout.graph, kind: .input, reason: objection)
    }
    return try graph.modify(wait) { editor throws(StorageError) in
      let rows = editor.rows(of: chat.number)
      if rows.isEmpty { throw missing(.number(chat)) }
      try refuseTakenName(name, among: editor.chats.filter { $0.number != chat.number })
      let renamed = rows.compactMap { row in row.named(name, by: change).map { (row.id, $0) } }
      for (id, row) in renamed { editor.replace(id, with: row) }
      return !renamed.isEmpty
    }
  }

  /// The settings, when nothing in them has to be mended: what a chat is given depends on them.
  func soundConfiguration() throws(StorageError) -> Configuration {
    let configuration = self.configuration
    guard let mistake = configuration.mistakes.first else { return configuration }
    let count = configuration.mistakes.count
    let others = count == 1 ? "" : " (and \(count - 1) more: `wg config check`)"
    throw StorageError(
      file: mistake.file, line: mistake.line, kind: .badData, reason: mistake.reason + others)
  }

  /// Refuses a handler that there is not.
  func check(_ choice: HandlerChoice, _ configuration: Configuration) throws(StorageError) {
    guard case .kind(let name) = choice,
      let objection = configuration.objection(toHandler: name)
    else { return }
    throw StorageError(file: layout.config, kind: .input, reason: objection)
  }

  private func edit(
    _ chat: ChatID, _ wait: GraphFile.Wait, _ change: (ChatRow) -> ChatRow?
  ) throws(StorageError) {
    try graph.modify(wait) { editor throws(StorageError) in
      let rows = editor.rows(of: chat.number)
      if rows.isEmpty { throw missing(.number(chat)) }
      for row in rows {
        if let new = change(row) { editor.replace(row.id, with: new) }
      }
    }
  }
}
