internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// One of the folders that are merged, as far as the merged rows depend on it.
struct MergeSource {
  let folder: FilePath
  /// What was dealt with by its number; 0 when the cursor stems from another inbox.
  private(set) var cursor: UInt64 = 0
  /// Whether it does: with more messages in the inbox it would come to hide some.
  private(set) var hasForeignCursor = false
  /// What is added to request ids that were never written down, since `req-1` is in every folder.
  private let suffix: String
  private let inbox: Descriptor?
  private let outbox: Descriptor?
  /// The request ids that questions of this folder have without saying so.
  private var unwritten: Set<String> = []

  init(_ folder: FilePath, suffix: String = "") throws(StorageError) {
    self.folder = folder
    self.suffix = suffix
    inbox = try RegularFile.openForReading(folder.appending(MessageLog.Box.inbox.rawValue))
    outbox = try RegularFile.openForReading(folder.appending(MessageLog.Box.outbox.rawValue))
    var found: Set<String> = []
    var lastID: UInt64 = 0
    try forEachLine(of: .inbox) { rows, _ in
      for message in rows.messages.map(\.message) {
        lastID = message.id
        if message.requestID.isEmpty { found.insert(message.effectiveRequestID) }
      }
    }
    unwritten = found
    let written = Cursor.read(folder).value
    hasForeignCursor = written > lastID
    cursor = hasForeignCursor ? 0 : written
  }

  func file(_ box: MessageLog.Box) -> Descriptor? {
    switch box {
    case .inbox: inbox
    case .outbox: outbox
    }
  }

  /// Gives every line of a box, the last one included when its newline is missing.
  func forEachLine(
    of box: MessageLog.Box, _ body: (MessageRows, Line) -> Void
  ) throws(StorageError) {
    guard let file = file(box) else { return }
    var reader = LineReader(file)
    while let line = try next(&reader, box) { body(MessageRows(line), line) }
    if let tail = reader.tail { body(MessageRows(tail), tail) }
  }

  /// The message that begins here.
  func message(at offset: Int64, in box: MessageLog.Box) throws(StorageError) -> ChatMessage? {
    guard let file = file(box) else { return nil }
    var reader = LineReader(file, from: offset, chunk: 4 << 10)
    let line = try next(&reader, box) ?? reader.tail
    return line.flatMap { MessageRows($0).messages.first?.message }
  }

  /// The row with the request id that answers go by, which then no longer depends on the row's own.
  func settled(_ message: ChatMessage, in box: MessageLog.Box) -> JSONObject {
    var row = message.row
    if box == .inbox && message.requestID.isEmpty {
      row["request_id"] = .text(message.effectiveRequestID + suffix)
    } else if box == .outbox && unwritten.contains(message.requestID) {
      row["request_id"] = .text(message.requestID + suffix)
    }
    return row
  }

  private func next(
    _ reader: inout LineReader, _ box: MessageLog.Box
  ) throws(StorageError) -> Line? {
    let path = folder.appending(box.rawValue)
    return try StorageError.about(path) { () throws(Errno) in try reader.next() }
  }
}
