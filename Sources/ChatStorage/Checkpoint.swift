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
      object["version"] == 2,
      let inbox = position(object["inbox"]), let outbox = position(object["outbox"]),
      fits(inbox, directory.appending(MessageLog.Box.inbox.rawValue)),
      fits(outbox, directory.appending(MessageLog.Box.outbox.rawValue))
    else { return nil }
    let hashes = (object["recent_answers"]?.array ?? []).compactMap(\.uint)
    return Checkpoint(inbox: inbox, outbox: outbox, recentAnswers: hashes)
  }

  func write(_ directory: FilePath) throws(StorageError) {
    let object: JSONObject = [
      "version": 2, "inbox": Self.value(inbox), "outbox": Self.value(outbox),
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
      "last_id": .integer(position.lastID), "last_request": .integer(position.lastRequest),
    ]
  }

  private static func position(_ value: JSONValue?) -> ReadPosition? {
    guard let inode = value?["inode"]?.uint, let offset = value?["offset"]?.int, offset >= 0,
      let lastID = value?["last_id"]?.uint, let lastRequest = value?["last_request"]?.uint
    else { return nil }
    return ReadPosition(inode: inode, offset: offset, lastID: lastID, lastRequest: lastRequest)
  }

  /// The same file, not cut, and before the offset stands the row that was met last.
  ///
  /// The row is compared since a new file may be given the inode of a deleted one, and since after a
  /// power cut another row may stand where the last one was.
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
    guard let last = MessageRows(line).messages.last?.message else { return true }
    return last.id == position.lastID
      && AnsweredRequests.hash(last.requestID) == position.lastRequest
  }
}
