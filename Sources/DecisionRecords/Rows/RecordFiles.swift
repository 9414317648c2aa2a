internal import Glibc
internal import JSONLines
internal import LinuxSystem
public import SystemPackage

/// The files with the decisions of a project: the present one, and the one before it.
public struct RecordFiles: Sendable {
  public let path: FilePath

  /// - Parameter path: of the present file.
  public init(_ path: FilePath) { self.path = path }

  /// The file before the present one.
  public var rotated: FilePath {
    path.removingLastComponent().appending("\(path.lastComponent?.string ?? "decisions").1")
  }

  /// The number of the last row; 0 when there is none.
  ///
  /// Reads backward, and no more than needed. Lines that are no rows are passed over.
  public func lastSequence() throws(Errno) -> UInt64 {
    for file in [path, rotated] {
      guard let file = try open(file) else { continue }
      var reader = try BackwardLineReader(file, limit: Self.lineLimit)
      while let line = try reader.next() {
        // A number that leaves no room for others is damage.
        if let row = Self.row(line), row.sequence <= Int64.max { return row.sequence }
      }
    }
    return 0
  }

  /// The last rows of one chat, or of all, oldest first.
  ///
  /// Blocks for the disk; reads back to the first of them, at most `budget` bytes.
  public func last(
    _ count: Int, of chat: UInt32? = nil, budget: Int64 = .max
  ) throws(Errno) -> [DecisionRow] {
    var rows: [DecisionRow] = []
    var left = budget
    for file in [path, rotated] {
      guard let file = try open(file) else { continue }
      var reader = try BackwardLineReader(file, limit: Self.lineLimit, chunk: Self.chunk)
      while left > 0, !Self.isEnough(rows, count), let line = try reader.next() {
        left -= line.length
        if let row = Self.row(line, of: chat) { rows.append(row) }
      }
    }
    return Self.withEvents(rows.reversed())
  }

  /// Whole events only: the first row of one has what the others were decided from.
  private static func isEnough(_ rows: [DecisionRow], _ count: Int) -> Bool {
    rows.count >= count && rows.last?.step == 0
  }

  /// The rows after a number, oldest first, each as it is read.
  public func rows(after sequence: UInt64, _ take: (DecisionRow) throws -> Void) throws {
    var last = sequence
    // The present one first: it may become the one before while that is read.
    let present = try open(path)
    for case let file? in [try open(rotated), present] {
      var reader = LineReader(file, limit: Self.lineLimit)
      while let line = try reader.next() {
        guard let row = Self.row(line), row.sequence > last else { continue }
        last = row.sequence
        try take(row)
      }
    }
  }

  private static let lineLimit = 256 * 1024
  private static let chunk = 64 * 1024

  /// Nil also for one that no dispatcher has written: it would be read for hours.
  private func open(_ path: FilePath) throws(Errno) -> Descriptor? {
    do throws(Errno) {
      let file = try Descriptor.open(path, flags: O_RDONLY | O_NONBLOCK)
      return try file.status().size <= RegularFile.sizeLimit ? file : nil
    } catch {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw error
    }
  }

  /// Nil for rows of other chats, and for what is no row.
  private static func row(_ line: Line, of chat: UInt32? = nil) -> DecisionRow? {
    guard line.isTerminated, !line.isTooLong, mayBe(line.bytes, of: chat),
      let json = try? JSONValue.parse(line.bytes), let row = try? DecisionRow(json)
    else { return nil }
    return chat == nil || row.chat == chat ? row : nil
  }

  /// Looks for the number before the line is taken apart: most rows are of other chats.
  private static func mayBe(_ bytes: ArraySlice<UInt8>, of chat: UInt32?) -> Bool {
    guard let chat else { return true }
    let wanted = Array("\"chat_id\":\(chat),".utf8)
    // Version, number and time stand before it.
    let head = bytes.prefix(160)
    return head.indices.contains { head[$0...].starts(with: wanted) }
  }

  /// Later decisions about an event learn what it was from the first.
  private static func withEvents(_ rows: [DecisionRow]) -> [DecisionRow] {
    var rows = rows
    for index in rows.indices.dropFirst() where rows[index].step > 0 {
      let before = rows[index - 1]
      if before.step == rows[index].step - 1 { rows[index].event = before.event }
    }
    return rows
  }
}
