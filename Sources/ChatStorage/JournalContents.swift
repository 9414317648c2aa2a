internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// One row of the journal: a chat, and all that its record says.
struct JournalRow {
  let chat: ChatID
  let record: ChatRecord

  init(chat: ChatID, record: ChatRecord) {
    self.chat = chat
    self.record = record
  }

  init?(_ row: JSONObject) {
    guard let number = row["chat_id"]?.uint.flatMap(UInt32.init(exactly:)),
      case .object(let object)? = row["record"]
    else { return nil }
    self.init(chat: ChatID(number), record: ChatRecord(object))
  }

  var line: [UInt8] {
    let row: JSONObject = [
      "chat_id": .integer(UInt64(chat.number)), "record": .object(record.object),
    ]
    return row.encoded() + [0x0A]
  }
}

/// What the journal says: the newest record of each chat in it.
struct JournalContents {
  private(set) var records: [ChatID: ChatRecord] = [:]
  /// Whole lines that are no rows, for somebody to look at.
  private(set) var strange: [Line] = []

  init() {}

  /// What follows the last newline counts if it is whole: whoever appends next ends the line.
  init(_ file: Descriptor, _ path: FilePath) throws(StorageError) {
    var reader = LineReader(file)
    while let line = try StorageError.about(path, { () throws(Errno) in try reader.next() }) {
      if !take(line) && !line.isBlank { strange.append(line) }
    }
    if let tail = reader.tail { _ = take(tail) }
  }

  private mutating func take(_ line: Line) -> Bool {
    guard let object = try? JSONObject.parse(line.bytes), let row = JournalRow(object) else {
      return false
    }
    let known = records[row.chat]?.revision ?? 0
    if row.record.revision >= known { records[row.chat] = row.record }
    return true
  }
}
