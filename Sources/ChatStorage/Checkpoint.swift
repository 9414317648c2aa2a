internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// How far both files of a conversation were read when nothing waited, kept for the next process.
///
/// It saves work and decides nothing: one that does not fit the files is ignored.
struct Checkpoint: Equatable {
  var inbox: ReadPosition
  var outbox: ReadPosition
  var recentAnswers: [UInt64]

  /// Nil when there is none, or none that fits the files as they are.
  static func read(_ directory: FilePath) -> Checkpoint? {
    guard let object = try? JSONFile.read(directory.appending(ChatFile.positions)),
      object["version"] == 1,
      let inbox = position(object["inbox"]), let outbox = position(object["outbox"]),
      fits(inbox, directory.appending(MessageLog.Box.inbox.rawValue)),
      fits(outbox, directory.appending(MessageLog.Box.outbox.rawValue))
    else { return nil }
    let hashes = (object["recent_answers"]?.array ?? []).compactMap(\.uint)
    return Checkpoint(inbox: inbox, outbox: outbox, recentAnswers: hashes)
  }

  func write(_ directory: FilePath) throws(StorageError) {
    let object: JSONObject = [
      "version": 1, "inbox": Self.value(inbox), "outbox": Self.value(outbox),
      "recent_answers": .array(recentAnswers.map { .integer($0) }),
    ]
    let path = directory.appending(ChatFile.positions)
    try StorageError.about(path) { () throws(Errno) in
      try AtomicFile.replace(path, with: object.encoded() + [0x0A], durability: .atomic)
    }
  }

  private static func value(_ position: ReadPosition) -> JSONValue {
    [
      "inode": .integer(position.inode), "offset": .integer(position.offset),
      "last_id": .integer(position.lastID),
    ]
  }

  private static func position(_ value: JSONValue?) -> ReadPosition? {
    guard let inode = value?["inode"]?.uint, let offset = value?["offset"]?.int, offset >= 0,
      let lastID = value?["last_id"]?.uint
    else { return nil }
    return ReadPosition(inode: inode, offset: offset, lastID: lastID)
  }

  /// The same file, not cut, and before the offset stands a whole row with the id that was met last.
  ///
  /// The row is compared since a new file may be given the inode of a deleted one.
  private static func fits(_ position: ReadPosition, _ path: FilePath) -> Bool {
    if position.inode == 0 { return position.offset == 0 }
    guard let file = try? RegularFile.openForReading(path), let status = try? file.status(),
      status.inode == position.inode, status.size >= position.offset
    else { return false }
    if position.offset == 0 { return true }
    guard var rows = try? BackwardLineReader(file, end: position.offset),
      let line = try? rows.next(), line.isTerminated
    else { return false }
    // A row that is none proves nothing, nor does it disprove: then the rest has to do.
    guard let id = MessageRows(line).messages.last?.message.id else { return true }
    return id == position.lastID
  }
}
