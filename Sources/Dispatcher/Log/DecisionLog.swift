internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SupervisionCore
internal import SystemPackage

/// `service/decisions.jsonl`: every decision with its cause, bounded.
///
/// Rule 15.
///
/// The records of a turn are written together. They are evidence, not state: losing the last ones
/// in a power cut loses no message, so nothing is synced.
final class DecisionLog {
  private let path: FilePath
  private let limit: Int64
  private var file: Descriptor?
  private var size: Int64 = 0
  private var buffer: [UInt8] = []

  init(path: FilePath, limit: Int64 = 4 * 1024 * 1024) {
    self.path = path
    self.limit = limit
    open()
  }

  func append(_ decision: Decision, at wall: WallClock) {
    buffer += decision.json(wall).encoded()
    buffer.append(UInt8(ascii: "\n"))
  }

  /// Writes what the turn gathered.
  func flush() {
    guard !buffer.isEmpty else { return }
    if size >= limit { rotate() }
    do {
      try file?.writeAll(buffer)
      size += Int64(buffer.count)
    } catch {
      // No half row stays behind, so that the next one starts on a line of its own.
      try? file?.truncate(to: size)
    }
    buffer.removeAll(keepingCapacity: buffer.count < 64 * 1024)
  }

  private func open() {
    file = try? Descriptor.open(
      path, flags: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, mode: 0o640)
    size = (try? file?.status().size) ?? 0
  }

  private func rotate() {
    let backup = path.removingLastComponent().appending("decisions.jsonl.1")
    guard (try? AtomicFile.rename(path, to: backup)) != nil else { return }
    open()
  }
}

extension Decision {
  func json(_ wall: WallClock) -> JSONValue {
    var row: JSONObject = [
      "timestamp": .text(Timestamp.rfc3339(wall.wall(at))),
      "chat_id": .integer(child.number),
      "from": .text(from.rawValue),
      "to": .text(to.rawValue),
      "clause": .text(clause.rawValue),
      "rule": .integer(clause.rule),
      "consumers": .integer(consumers),
      "pending": .integer(pending),
      "failures": .integer(failures),
      "delay_ms": .integer(delay.nanoseconds / 1_000_000),
    ]
    if let incarnation { row["incarnation"] = .integer(incarnation.number) }
    if let exit { row["exit"] = .text(exit.sentence) }
    if let next { row["next"] = .text(Timestamp.rfc3339(wall.wall(next))) }
    return .object(row)
  }
}
