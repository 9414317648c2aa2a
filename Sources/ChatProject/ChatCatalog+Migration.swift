public import ChatStorage
public import JSONLines
internal import LinuxSystem
internal import SystemPackage
public import TaskGraph

extension ChatCatalog {
  /// Moves chats with legacy ids to today's, in the graph and in the registry of sessions.
  ///
  /// Nothing is written when nothing is left to migrate, or in a dry run. Tombstones and states
  /// carry the chat's number, which does not change.
  @discardableResult
  public func migrateLegacy(
    dryRun: Bool, by change: GraphChange
  ) throws(StorageError) -> GraphMigration {
    if dryRun {
      return try graph.rehearse { editor throws(StorageError) in
        try editor.migrateLegacyChats(by: change)
      }
    }
    let migration = try graph.modify { editor throws(StorageError) in
      try editor.migrateLegacyChats(by: change)
    }
    for rename in migration.renamed {
      guard let chat = ChatID(taskID: rename.new) else { continue }
      _ = try sessions.register(chat, label: "chat \(chat.number)")
    }
    return migration
  }

  /// Whether the graph has rows that `migrateLegacy` would rename. Reads only the chats.
  public func hasLegacyRows() throws(StorageError) -> Bool {
    try rows().standing.values.contains(where: \.isLegacy)
  }

  /// The chats of which only the existing program's state file is left: no row in the graph.
  ///
  /// File 0 doubles as that program's own status (`"enabled":true`) and is then no chat's.
  public func staleStateFiles() throws(StorageError) -> [ChatID] {
    let known = Set(try rows().map(\.number))
    return try coordinatorStates.chats().filter { chat in
      !known.contains(chat.number) && !(chat.number == 0 && isDispatcherStatus())
    }
  }

  private func isDispatcherStatus() -> Bool {
    let paths = [layout.coordinatorState(ChatID(0)), layout.legacyCoordinatorState]
    return paths.contains { path in
      let object = try? JSONFile.read(path)
      return object?["enabled"]?.bool == true
    }
  }

  /// The chats whose purge stopped half-way: the tombstone stands, the rest was not done.
  public func unfinishedPurges(in snapshot: CatalogSnapshot) throws(StorageError) -> [ChatID] {
    let files = Set(try coordinatorStates.chats())
    return snapshot.chats
      .filter { $0.tombstone != nil && (!$0.row.isRetired || files.contains($0.id)) }
      .map(\.id)
  }
}
