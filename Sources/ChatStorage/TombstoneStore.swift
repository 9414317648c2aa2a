public import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The tombstones of a project: a file for each chat, in `service/tombstones`.
///
/// They only ever become more: what stands is not overwritten, whatever stands under a tombstone's name
/// counts as one even if it cannot be read, and a folder that cannot be listed is an error, not
/// "none". Only `remove` takes one away, and a write that fails those that it made.
public struct TombstoneStore {
  private let layout: ProjectLayout
  private let report: (Problem) -> Void
  private let patience: Patience

  /// Touches no file.
  ///
  /// `report` is told of files that count though they cannot be read.
  public init(
    _ layout: ProjectLayout, patience: Patience = .unlimited,
    report: @escaping (Problem) -> Void = { _ in }
  ) {
    self.layout = layout
    self.patience = patience
    self.report = report
  }

  /// Writes tombstones so that all of them are on the disk when it returns; answers which are new.
  ///
  /// A chat that has one keeps it, its time included. When it throws, none is written: what stands under
  /// its name already is taken away again, so that what failed does not come true at the next start.
  /// Waits for the lock of the folder.
  @discardableResult
  public func write(_ tombstones: [Tombstone]) throws(StorageError) -> [ChatID] {
    if tombstones.isEmpty { return [] }
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    var new: [ChatID: Tombstone] = [:]
    for tombstone in tombstones where try !contains(tombstone.chatID) {
      new[tombstone.chatID] = new[tombstone.chatID] ?? tombstone
    }
    do throws(StorageError) {
      try replace(new.values.sorted { $0.chatID < $1.chatID })
      if new.isEmpty { try makeDurable() }
    } catch {
      for chat in new.keys { _ = try? AtomicFile.remove(layout.tombstone(chat)) }
      throw error
    }
    return new.keys.sorted()
  }

  /// Brings the names of what stands to the disk: whoever wrote it may have died before that.
  ///
  /// Nothing happens where there is no folder. Blocks for the disk.
  public func makeDurable() throws(StorageError) {
    guard try FileStatus.about(layout.tombstones) != nil else { return }
    try StorageError.about(layout.tombstones) { () throws(Errno) in
      try AtomicFile.synchronizeDirectory(layout.tombstones)
    }
  }

  /// Whether anything stands under the name of the chat's tombstone.
  public func contains(_ chat: ChatID) throws(StorageError) -> Bool {
    try FileStatus.about(layout.tombstone(chat)) != nil
  }

  /// The tombstone of a chat; nil when it has none.
  public func tombstone(for chat: ChatID) throws(StorageError) -> Tombstone? {
    let path = layout.tombstone(chat)
    guard let status = try FileStatus.about(path) else { return nil }
    do throws(StorageError) {
      guard let object = try JSONFile.read(path) else { return nil }
      if let tombstone = Tombstone(object, of: chat) { return tombstone }
      report(Problem(file: path, reason: "it is not a tombstone of \(chat); it counts as one"))
    } catch {
      report(
        Problem(file: path, line: error.line, reason: "\(error.reason); it counts as a tombstone"))
    }
    return Tombstone(unreadable: chat, modified: status.modified)
  }

  /// All tombstones.
  public func all() throws(StorageError) -> [ChatID: Tombstone] {
    var all: [ChatID: Tombstone] = [:]
    for chat in try DurableFolder.chats(in: layout.tombstones, prefix: "chat-") {
      all[chat] = try tombstone(for: chat)
    }
    return all
  }

  /// Puts what was found into the evidence of a tombstone that stands; durable.
  ///
  /// One that cannot be read is left as it is.
  public func addEvidence(_ chat: ChatID, _ members: JSONObject) throws(StorageError) {
    try addEvidence([chat: members])
  }

  /// The same for many tombstones, with one wait for the folder.
  public func addEvidence(_ evidence: [ChatID: JSONObject]) throws(StorageError) {
    if evidence.isEmpty { return }
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    var changed: [Tombstone] = []
    for (chat, members) in evidence {
      guard var tombstone = try tombstone(for: chat), tombstone.isIntact else { continue }
      for member in members.members { tombstone.evidence[member.key] = member.value }
      changed.append(tombstone)
    }
    try replace(changed)
  }

  /// Takes a tombstone away, for a restore; durable.
  ///
  /// False when there was none.
  @discardableResult
  public func remove(_ chat: ChatID) throws(StorageError) -> Bool {
    guard try contains(chat) else { return false }
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    return try StorageError.about(layout.tombstone(chat)) { () throws(Errno) in
      let removed = try AtomicFile.remove(layout.tombstone(chat))
      try AtomicFile.synchronizeDirectory(layout.tombstones)
      return removed
    }
  }

  private func lock() throws(StorageError) -> FileLock {
    try DurableFolder.make(layout.tombstones)
    let path = layout.tombstones.appending(".lock")
    return try StorageLock.acquire(path, patience)
  }

  private func replace(_ tombstones: [Tombstone]) throws(StorageError) {
    let files = tombstones.map {
      (path: layout.tombstone($0.chatID), bytes: $0.object.encodedPretty() + [0x0A])
    }
    try StorageError.about(layout.tombstones) { () throws(Errno) in
      try AtomicFile.replaceAll(files, in: layout.tombstones)
    }
  }
}
