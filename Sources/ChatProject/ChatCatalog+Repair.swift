public import ChatStorage
public import JSONLines
internal import LinuxSystem
internal import TaskGraph

// What an interrupted step, another program or a lost row leaves behind.
extension ChatCatalog {
  /// The chats of which only the existing program's state file is left: no row in the graph.
  ///
  /// File 0 doubles as that program's own status (`"enabled":true`) and is then no chat's.
  public func staleStateFiles() throws(StorageError) -> [ChatID] {
    let known = Set(try rows().map(\.number))
    return try coordinatorStates.chats().filter { chat in
      !known.contains(chat.number) && !(chat.number == 0 && isDispatcherStatus())
    }
  }

  /// Archives the chats of which only a state file is left, and says which: tombstones with the
  /// reason `stale-id` first, then the files go, so that they are never met again.
  @discardableResult
  public func retireStale(
    by author: Tombstone.Author, at time: Int64
  ) throws(StorageError) -> [ChatID] {
    let stale = try staleStateFiles()
    let purgedAt = Timestamp.rfc3339(time)
    try tombstones.write(
      stale.map {
        Tombstone(chatID: $0, session: nil, reason: .staleID, by: author, purgedAt: purgedAt)
      })
    try removeStateFiles(of: stale)
    return stale
  }

  /// Removes the existing program's state files of these chats; those that have none are passed
  /// over.
  ///
  /// File 0 stays while it is that program's own status.
  public func removeStateFiles(of chats: [ChatID]) throws(StorageError) {
    for chat in Set(try coordinatorStates.chats()).intersection(chats) {
      if chat.number == 0 && isDispatcherStatus() { continue }
      try coordinatorStates.remove(chat)
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
    let files = Set(try coordinatorStates.chats().filter { $0.number > 0 || !isDispatcherStatus() })
    return snapshot.chats
      .filter { $0.tombstone != nil && (!$0.row.isRetired || files.contains($0.id)) }
      .map(\.id)
  }
}
