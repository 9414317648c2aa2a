public import ChatStorage
public import TaskGraph

/// A chat with all that the project's files say of it.
public struct ChatSummary: Equatable, Sendable {
  /// The row that stands for the chat; where both spellings exist, the one with today's.
  public let row: ChatRow
  /// Nil until the chat is registered, which happens when it is created or first served.
  public let session: SessionID?
  /// Why and when the chat was purged, archived or deleted by this program.
  public let tombstone: Tombstone?
  /// What the dispatcher keeps of the chat; the defaults before it ever had to.
  public let record: ChatRecord
  /// What to run for it.
  public let handler: HandlerSpecification

  public var id: ChatID { ChatID(row.number) }
  /// What a person named it; nil for an unnamed chat.
  public var name: String? { row.name }
  public var title: String { row.title }

  /// Whether nothing may run for the chat.
  ///
  /// A tombstone stands whatever the row says: another program may have put the row back to open.
  public var isArchived: Bool { tombstone != nil || row.isRetired }
}

/// The chats of a project at one moment.
public struct CatalogSnapshot: Equatable, Sendable {
  /// By number.
  public let chats: [ChatSummary]
  /// Registered sessions of chats that have no row in the graph.
  public let orphanedSessions: [ChatID: SessionID]
  /// Tombstones of chats that have no row in the graph.
  public let orphanedTombstones: [ChatID: Tombstone]
}

extension CatalogSnapshot {
  /// All registered sessions.
  var sessions: [ChatID: SessionID] {
    chats.reduce(into: orphanedSessions) { $0[$1.id] = $1.session }
  }
}
