public import JSONLines
internal import LinuxSystem

extension SessionRegistry {
  /// Registers a folder that has lost its entry, under no name; false when it has an entry.
  ///
  /// Whose conversation it was, nobody knows any more; but it can be listed and read.
  @discardableResult
  public func adopt(_ session: SessionID) throws(StorageError) -> Bool {
    try change { members in
      if members[session.text] != nil { return false }
      members[session.text] = [
        "kind": "other", "created": .text(Timestamp.rfc3339(Clock.wall)), "aliases": [],
        "label": "recovered",
      ]
      return true
    }
  }

  /// Takes the entry of a session out whose messages are part of another one's.
  public func forget(_ session: SessionID) throws(StorageError) {
    try change { members in members[session.text] = nil }
  }
}

extension Sessions {
  /// A session that claims the names of a chat which another one has.
  public struct Rival: Equatable, Sendable {
    public let chat: ChatID
    public let session: SessionID
    /// The one that has the names.
    public let holder: SessionID
  }

  /// Those that claim names of chats in vain, archived ones left out.
  public var rivals: [Rival] {
    entries.filter { $0.archivedAt == nil }.compactMap { entry in
      let chats = entry.aliases.lazy.compactMap { ChatID(alias: $0) }
      guard let chat = chats.first, let holder = session(for: chat), holder != entry.id else {
        return nil
      }
      return Rival(chat: chat, session: entry.id, holder: holder)
    }
  }
}
