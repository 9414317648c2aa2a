import SystemPackage

@testable import ChatStorage
@testable import DecisionRecords
@testable import JSONLines
@testable import Settings
@testable import TaskGraph

/// What is read from files below `.wg`.
extension FuzzTarget {
  /// What is understood is written as something that means the same.
  static let json = FuzzTarget(name: "json") { bytes in
    guard let value = try? JSONValue.parse(bytes) else { return }
    for encoded in [value.encoded(), value.encodedPretty()] {
      let again = try? JSONValue.parse(encoded)
      try require(again == value, "it is written as something else")
    }
    try require(!value.encoded().contains(UInt8(ascii: "\n")), "it does not fit on a line")
  }

  /// Messages are found within their line, one after the other.
  static let rows = FuzzTarget(name: "rows") { bytes in
    for line in lines(bytes) {
      let rows = MessageRows(line)
      let offsets = rows.messages.map(\.offset)
      try require(offsets == offsets.sorted(), "messages out of order")
      try require(
        offsets.allSatisfy { (line.offset..<line.endOffset).contains($0) },
        "a message outside its line")
      try require(
        line.isBlank || rows.problem != nil || !offsets.isEmpty, "a row vanished without a word")
    }
  }

  /// A row is written back as it was, and a chat's row keeps its number.
  static let graph = FuzzTarget(name: "graph") { bytes in
    for line in lines(bytes) {
      guard let object = try? JSONObject.parse(line.bytes) else { continue }
      let task = TaskRow(object)
      _ = (task.kind, task.title, task.status, task.priority, task.tags, task.after, task.before)
      guard let chat = ChatRow(task) else { continue }
      let again = try ChatRow(JSONObject.parse(object.encoded()))
      try require(again?.id == chat.id, "the chat's number changed")
    }
  }

  /// What a dispatcher keeps of a chat, and tombstones: whatever it says, it can be read and kept.
  static let records = FuzzTarget(name: "records") { bytes in
    guard let object = try? JSONObject.parse(bytes) else { return }
    let record = ChatRecord(object)
    try require(record.backoffDelay >= 0, "a delay below nothing")
    let kept = ChatRecord(record.object)
    try require(ChatRecord(kept.object) == kept, "what is kept changes each time")
    guard let number = object["chat_id"]?.uint.flatMap({ UInt32(exactly: $0) }) else { return }
    guard let tombstone = Tombstone(object, of: ChatID(number)) else { return }
    let again = Tombstone(tombstone.object, of: ChatID(number))
    try require(again?.object == tombstone.object, "a tombstone is written as another")
  }

  /// Recorded decisions are made again from what the row says, or refused.
  static let decisions = FuzzTarget(name: "decisions") { bytes in
    let rows = lines(bytes).compactMap { line in
      (try? JSONValue.parse(line.bytes)).flatMap { try? DecisionRow($0) }
    }
    let verification = Verification(rows)
    try require(
      verification.same + verification.incomplete + verification.differences.count >= rows.count,
      "a row was passed over")
  }

  /// Settings: each mistake has its place, and what is left counts.
  static let config = FuzzTarget(name: "config") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let configuration = Configuration(text: text, file: "config.toml")
    for problem in configuration.problems {
      try require((problem.line ?? 1) >= 1 && (problem.column ?? 1) >= 1, "\(problem)")
      try require(!problem.reason.isEmpty, "a mistake without a reason")
    }
    let effective = configuration.effective()
    try require(effective == configuration.effective(), "two answers")
    try require(
      configuration.changes(since: configuration).isEmpty, "it differs from itself")
    for name in configuration.handlerNames { _ = configuration.handler(named: name) }
    for name in configuration.modelNames { _ = configuration.model(named: name) }
  }

  /// The bytes as a file's lines.
  private static func lines(_ bytes: [UInt8]) -> [Line] {
    var offset: Int64 = 0
    let pieces = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return pieces.enumerated().map { index, piece in
      let isLast = index == pieces.count - 1
      let length = Int64(piece.count) + (isLast ? 0 : 1)
      defer { offset += length }
      return Line(
        offset: offset, number: index + 1, bytes: piece, length: length, isTerminated: !isLast,
        isTooLong: false)
    }
  }
}
