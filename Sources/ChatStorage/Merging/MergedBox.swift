internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// The rows of two inboxes or two outboxes, in the order and under the ids that they will have.
///
/// A row is remembered by its place, not by its contents: an inbox may have 100 MB.
struct MergedBox {
  struct Row {
    /// 0 is the session's own folder.
    let source: Int
    let offset: Int64
    /// Bytes of a line that is no message, which is copied as it is; nil for a message.
    let rawLength: Int64?
    /// Nanoseconds since 1970; never less than that of the row before it in its file.
    let time: Int64
    let oldID: UInt64
    /// Nothing is to be done about it any more.
    let isDealtWith: Bool
    var id: UInt64 = 0
  }

  let box: MessageLog.Box
  let sources: [MergeSource]
  private(set) var rows: [Row] = []
  /// The request ids of the rows.
  private(set) var requestIDs: Set<String> = []
  /// The highest id of what is dealt with; what waits has higher ones.
  private(set) var bound: UInt64 = 0

  static func answers(_ old: MergeSource, _ new: MergeSource) throws(StorageError) -> MergedBox {
    try MergedBox(.outbox, [old, new]) { _, _, _ in true }
  }

  /// What the cursor of its folder has passed, or what has an answer, is dealt with.
  static func questions(
    _ old: MergeSource, _ new: MergeSource, answered: Set<String>
  ) throws(StorageError) -> MergedBox {
    try MergedBox(.inbox, [old, new]) { source, id, request in
      id <= source.cursor || answered.contains(request)
    }
  }

  private init(
    _ box: MessageLog.Box, _ sources: [MergeSource],
    isDealtWith: (MergeSource, UInt64, String) -> Bool
  ) throws(StorageError) {
    self.box = box
    self.sources = sources
    var known: Set<Int> = []
    for index in sources.indices {
      known.formUnion(try collect(index, without: known, isDealtWith))
    }
    sort()
    try number()
  }

  /// Takes those rows of one file that are not known, and tells what makes its rows known.
  private mutating func collect(
    _ index: Int, without known: Set<Int>, _ isDealtWith: (MergeSource, UInt64, String) -> Bool
  ) throws(StorageError) -> Set<Int> {
    let source = sources[index]
    var taken: [Row] = []
    var met: Set<Int> = []
    var requests: Set<String> = []
    var time = Int64.min
    try source.forEachLine(of: box) { line, raw in
      for found in line.messages {
        let row = source.settled(found.message, in: box)
        let request = row["request_id"]?.string ?? ""
        requests.insert(request)
        time = max(time, Timestamp.parse(found.message.timestamp) ?? .min)
        guard !known.contains(met.note(Self.identity(row))) else { continue }
        taken.append(
          Row(
            source: index, offset: found.offset, rawLength: nil, time: time,
            oldID: found.message.id,
            isDealtWith: isDealtWith(source, found.message.id, request)))
      }
      guard line.messages.isEmpty, line.problem != nil,
        !known.contains(met.note(raw.bytes.hashValue))
      else { return }
      taken.append(
        Row(
          source: index, offset: raw.offset, rawLength: raw.length, time: time, oldID: 0,
          isDealtWith: taken.last?.isDealtWith ?? true))
    }
    rows += taken
    requestIDs.formUnion(requests)
    return met
  }

  /// What makes two rows the same message: all but the id.
  private static func identity(_ row: JSONObject) -> Int {
    var row = row
    row["id"] = Optional.none
    return row.encoded().hashValue
  }

  /// Each file keeps its own order, whatever its times say; what waits comes after what does not.
  private mutating func sort() {
    let order = rows.enumerated().sorted { one, other in
      let (a, b) = (one.element, other.element)
      if a.isDealtWith != b.isDealtWith { return a.isDealtWith }
      return (a.time, one.offset) < (b.time, other.offset)
    }
    rows = order.map(\.element)
  }

  private mutating func number() throws(StorageError) {
    let messages = rows.filter { $0.rawLength == nil }
    let dealtWith = UInt64(messages.count(where: \.isDealtWith))
    let own = messages.filter { $0.source == 0 }.map(\.oldID).max() ?? 0
    bound = max(dealtWith, own)
    guard bound < UInt64.max - UInt64(messages.count) else {
      throw StorageError(
        file: sources[0].folder.appending(box.rawValue), kind: .badData,
        reason: "the last id is the largest there is")
    }
    var next = bound - dealtWith
    for index in rows.indices where rows[index].rawLength == nil {
      next += 1
      rows[index].id = next
    }
  }
}

extension MergedBox {
  /// Replaces the file in the session's folder; durable when it returns.
  ///
  /// Leaves alone a file that would have no rows.
  func write(
    to folder: FilePath,
    beforeRename: (UInt64) throws(StorageError) -> Void = { (_) throws(StorageError) in }
  ) throws(StorageError) {
    guard let model = sources.lazy.compactMap({ $0.file(box) }).first, !rows.isEmpty else { return }
    try MergedFile.write(
      to: folder.appending(box.rawValue), like: model, beforeRename: beforeRename
    ) { (writer) throws(StorageError) in
      for row in rows { try write(row, to: &writer) }
    }
  }

  private func write(_ row: Row, to writer: inout MergedFile) throws(StorageError) {
    let source = sources[row.source]
    if let length = row.rawLength, let file = source.file(box) {
      try writer.copyLine(file, from: row.offset, to: row.offset + length)
    } else if let message = try source.message(at: row.offset, in: box) {
      var object = source.settled(message, in: box)
      object["id"] = .integer(row.id)
      try writer.write(object.encoded() + [MergedFile.newline])
    }
  }
}

extension Set<Int> {
  /// Takes it in and gives it back.
  fileprivate mutating func note(_ identity: Int) -> Int {
    insert(identity)
    return identity
  }
}
