public import JSONLines

/// What moving a graph from the legacy ids to today's changed, or would change.
public struct GraphMigration: Equatable, Sendable {
  public struct Rename: Equatable, Sendable {
    public let old: String
    public let new: String
  }

  /// Rows that have a new id, in the order of the file.
  public fileprivate(set) var renamed: [Rename] = []
  /// Legacy rows of chats that have a new row too: archived, with a link to it.
  public fileprivate(set) var superseded: [Rename] = []
  public fileprivate(set) var rewrittenEdges = 0
  public fileprivate(set) var renamedTags = 0
  public fileprivate(set) var renamedTitles = 0

  /// Whether there is nothing left to migrate.
  public var isEmpty: Bool { self == GraphMigration() }
}

extension GraphEditor {
  /// Gives every legacy chat today's id, title, tag and edges.
  ///
  /// Where both ids exist, the new row wins: it stays as it is, and the legacy row is archived with
  /// a `superseded_by` link. Doing it again changes nothing.
  public mutating func migrateLegacyChats(
    by change: GraphChange
  ) throws(StorageError) -> GraphMigration {
    var migration = GraphMigration()
    for row in chats where row.isLegacy { migrate(row, by: change, into: &migration) }
    try migrateReferences(into: &migration)
    return migration
  }

  private mutating func migrate(
    _ row: ChatRow, by change: GraphChange, into migration: inout GraphMigration
  ) {
    let link = GraphMigration.Rename(old: row.id.text, new: ChatTaskID(number: row.number).text)
    if rows(of: row.number).first?.id == row.id, let renamed = row.renamed(by: change) {
      replace(row.id, with: renamed)
      migration.renamed.append(link)
      migration.renamedTags += row.tags.contains(ChatTag.legacyLoop) ? 1 : 0
      migration.renamedTitles += renamed.title != row.title ? 1 : 0
    } else if let superseded = row.superseded(by: change) {
      replace(row.id, with: superseded)
      migration.superseded.append(link)
    }
  }

  /// Edges and tags can stand in any row, also in that of a task that is no chat.
  private mutating func migrateReferences(
    into migration: inout GraphMigration
  ) throws(StorageError) {
    var names: [String: String] = [:]
    for row in chats where row.isLegacy { names[row.id.text] = ChatTaskID(number: row.number).text }
    for rename in migration.renamed { names[rename.old] = rename.new }
    var edges = 0
    var tags = 0
    try editRows(matching: .legacy) { row in
      edges += row.renameEdges(names)
      tags += row.migrateTags() ? 1 : 0
    }
    migration.rewrittenEdges += edges
    migration.renamedTags += tags
  }
}
