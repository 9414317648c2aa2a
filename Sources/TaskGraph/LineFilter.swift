internal import Glibc

/// Which lines of the graph are worth parsing: those that contain one of some byte strings.
///
/// A graph of 100 MB has a few chats in it. Looking for bytes costs a fraction of parsing, and a
/// line that can only be told by parsing (it has `\u` escapes) is always let through.
public struct LineFilter: Sendable {
  private let needles: [[UInt8]]

  /// Lets every line through.
  public static let everything = LineFilter(needles: [])

  /// Lets through every line that can be the row of a chat.
  public static let chats = LineFilter(anyOf: [".chat-", ".coordinator"])

  /// Lets through every line in which a legacy id, tag or title can stand.
  public static let legacy = LineFilter(anyOf: ["oordinator"])

  /// Lets through every line that can be the row of this task.
  public static func task(_ id: String) -> LineFilter {
    let isPlain = id.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }
    return isPlain && !id.isEmpty ? LineFilter(anyOf: [id]) : .everything
  }

  private init(anyOf texts: [String]) {
    self.init(needles: (texts + ["\\u"]).map { Array($0.utf8) })
  }

  private init(needles: [[UInt8]]) { self.needles = needles }

  /// Whether the line has to be parsed.
  func admits(_ line: UnsafeRawBufferPointer) -> Bool {
    needles.isEmpty || needles.contains { Self.find($0, in: line) }
  }

  private static func find(_ needle: [UInt8], in line: UnsafeRawBufferPointer) -> Bool {
    guard var start = line.baseAddress, let first = needle.first else { return false }
    let end = start + line.count
    while end - start >= needle.count {
      let room = end - start - needle.count + 1
      guard let hit = memchr(start, Int32(first), room) else { return false }
      if memcmp(hit, needle, needle.count) == 0 { return true }
      start = UnsafeRawPointer(hit) + 1
    }
    return false
  }
}
