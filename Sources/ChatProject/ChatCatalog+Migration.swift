internal import ChatStorage
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
    dryRun: Bool, by change: GraphChange, wait: GraphFile.Wait = .blocking
  ) throws(StorageError) -> GraphMigration {
    if dryRun {
      return try graph.rehearse { editor throws(StorageError) in
        try editor.migrateLegacyChats(by: change)
      }
    }
    let migration = try graph.modify(wait) { editor throws(StorageError) in
      try editor.migrateLegacyChats(by: change)
    }
    for rename in migration.renamed {
      guard let chat = ChatID(taskID: rename.new) else { continue }
      _ = try sessions.register(chat, label: "chat \(chat.number)")
    }
    return migration
  }

  /// Whether the graph has rows that `migrateLegacy` would rename.
  ///
  /// Reads only the chats.
  public func hasLegacyRows() throws(StorageError) -> Bool {
    try rows().standing.values.contains(where: \.isLegacy)
  }
}
