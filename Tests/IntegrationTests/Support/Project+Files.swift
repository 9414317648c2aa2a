import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport

extension Project {
  @discardableResult
  func write(_ path: FilePath, _ text: String, mode: UInt32 = 0o644) throws -> FilePath {
    try Directory.create(path.removingLastComponent())
    try AtomicFile.replace(path, with: Array(text.utf8), mode: mode, durability: .atomic)
    _ = path.withPlatformString { chmod($0, mode) }
    return path
  }

  func append(_ path: FilePath, _ text: String) throws {
    try Descriptor.open(path, flags: O_WRONLY | O_APPEND | O_CREAT).writeAll(text.utf8)
  }

  /// The rows of a JSONL file; none when there is no file, an error for a bad one.
  ///
  /// What follows the last newline may still be being written, and is no row yet.
  func rows(_ path: FilePath) throws -> [JSONValue] {
    let lines = (text(of: path) ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    return try lines.dropLast().filter { !$0.isEmpty }.map { line in
      do { return try JSONValue.parse(Array(line.utf8)) } catch {
        throw FaultError("\(path): \(error) in \(line.prefix(200))")
      }
    }
  }

  var graph: FilePath { wg.appending("graph.jsonl") }

  /// The rows of the graph, without its comments.
  func graphRows() throws -> [JSONValue] {
    let lines = (text(of: graph) ?? "").split(separator: "\n").filter { line in
      !line.hasPrefix("#") && !line.allSatisfy(\.isWhitespace)
    }
    return try lines.map { try JSONValue.parse(Array($0.utf8)) }
  }

  func row(_ id: String) throws -> JSONValue? {
    try graphRows().last { $0["id"]?.string == id }
  }

  var log: String { text(of: service.appending("daemon.log")) ?? "" }

  func logLines(containing part: String) -> [Substring] {
    log.split(separator: "\n").filter { $0.contains(part) }
  }

  /// What the dispatcher put on record, in order.
  func decisions(of chat: Int? = nil) throws -> [JSONValue] {
    // The last row may be half written at this moment.
    let text = text(of: service.appending("decisions.jsonl")) ?? ""
    return text.split(separator: "\n").compactMap { try? JSONValue.parse(Array($0.utf8)) }
      .filter { chat == nil || $0["chat_id"]?.int == chat.map(Int64.init) }
  }

  /// How often a handler was started, or was tried to.
  func starts(of chat: Int? = nil) throws -> Int {
    try decisions(of: chat).count {
      $0["to"]?.string == "starting" && $0["from"]?.string != "starting"
    }
  }

  func tombstone(of chat: Int) throws -> JSONValue? {
    let file = service.appending("tombstones").appending("chat-\(chat).json")
    return try text(of: file).map { try JSONValue.parse(Array($0.utf8)) }
  }
}

extension Project {
  /// The folder of the chat's session, by `sessions.json`.
  func folder(of chat: Int) throws -> FilePath {
    let file = wg.appending("chat").appending("sessions.json")
    let registry = try JSONValue.parse(Array((text(of: file) ?? "{}").utf8))
    let names = ["chat-\(chat)", "coordinator-\(chat)", "\(chat)"]
    let session = registry["sessions"]?.object?.members.first {
      $0.value["aliases"]?.array?.contains { names.contains($0.string ?? "") } == true
    }
    guard let session else { throw FaultError("chat \(chat) has no session") }
    return wg.appending("chat").appending(session.key)
  }

  func inbox(of chat: Int) throws -> [JSONValue] {
    try rows(folder(of: chat).appending("inbox.jsonl"))
  }

  func outbox(of chat: Int) throws -> [JSONValue] {
    try rows(folder(of: chat).appending("outbox.jsonl"))
  }

  /// Puts a message into the inbox the way the existing program does; gives its request id.
  @discardableResult
  func appendMessage(_ text: String, to chat: Int, requestID: String? = nil) throws -> String {
    let folder = try folder(of: chat)
    let request = requestID ?? "test-\(String(RandomBytes.word(), radix: 36))"
    let lock = try FileLock.acquire(folder.appending("inbox.jsonl.lock"))
    let path = folder.appending("inbox.jsonl")
    let last = try rows(path).last?["id"]?.int ?? 0
    let row: JSONValue = [
      "id": .integer(last + 1), "timestamp": .text(Timestamp.rfc3339(Clock.wall)), "role": "user",
      "content": .text(text), "request_id": .text(request), "user": "test",
    ]
    try withExtendedLifetime(lock) { try append(path, "\(row)\n") }
    return request
  }

  /// What is wrong with the outbox, given the inbox; nil when every message has one answer, in the
  /// order of the inbox.
  func deliveryFault(of chat: Int) throws -> String? {
    let asked = try inbox(of: chat).compactMap { $0["request_id"]?.string }
    let answered = try outbox(of: chat).compactMap { $0["request_id"]?.string }
    if answered == asked { return nil }
    let missing = asked.filter { !answered.contains($0) }
    let twice = Set(answered.filter { id in answered.count { $0 == id } > 1 })
    return "\(asked.count) messages, \(answered.count) answers; missing \(missing.prefix(5)), "
      + "twice \(twice.prefix(5)), in order: \(missing.isEmpty && twice.isEmpty ? "no" : "-")"
  }

  func waitForAnswers(of chat: Int, within seconds: Double = 120) throws {
    let asked = try inbox(of: chat).count
    try until("chat \(chat) has \(asked) answers", within: seconds, every: 20) {
      try outbox(of: chat).count >= asked
    }
  }
}
