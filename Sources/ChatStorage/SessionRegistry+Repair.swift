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

  /// Those that belong to one chat, and have none of its names; archived ones left out.
  public var rivals: [Rival] { claims.filter { isRival($0.entry) }.map(\.rival) }

  /// Those that claim a name of a chat in vain, but may be another chat's, or no chat's.
  public var disputes: [Problem] {
    claims.filter { !isRival($0.entry) }.map { entry, rival in
      Problem(
        file: file,
        reason: "the session \(entry.id) claims a name of \(rival.chat), which "
          + "\(rival.holder) has; it may be another conversation and is left alone")
    }
  }

  private var claims: [(entry: Entry, rival: Rival)] {
    entries.filter { $0.archivedAt == nil }.compactMap { entry in
      for chat in entry.aliases.lazy.compactMap({ ChatID(alias: $0) }) {
        guard let holder = session(for: chat), holder != entry.id else { continue }
        return (entry, Rival(chat: chat, session: entry.id, holder: holder))
      }
      return nil
    }
  }

  private func isRival(_ entry: Entry) -> Bool {
    let chats = Set(entry.aliases.map { ChatID(alias: $0) })
    return entry.kind == "coordinator" && chats.count == 1 && !chats.contains(nil)
      && !entry.aliases.contains { session(named: $0) == entry.id }
  }
}
