internal import ChatStorage
internal import JSONLines
internal import SystemPackage

/// How many answers of each chat nobody has seen, counted anew where something has changed.
struct UnreadCounts {
  private(set) var counts: [UInt32: UInt64] = [:]
  private var stale: Set<UInt32> = []

  var hasStale: Bool { !stale.isEmpty }

  mutating func touch(_ chat: UInt32) { stale.insert(chat) }

  mutating func forget(_ chat: UInt32) {
    counts[chat] = nil
    stale.remove(chat)
  }

  /// Counts some, at most so many; whether one has changed.
  mutating func refresh(_ limit: Int, in folder: (UInt32) -> FilePath?) -> Bool {
    let before = counts
    for chat in stale.sorted().prefix(limit) {
      stale.remove(chat)
      counts[chat] = folder(chat).map(Self.count)
    }
    return counts != before
  }

  private static func count(_ directory: FilePath) -> UInt64 {
    let last = try? MessageLog(directory: directory, .outbox).last(1).last?.id
    return ConsumerCursor.unread(
      cursor: ConsumerCursor.read(directory), lastAnswer: last.flatMap { $0 } ?? 0)
  }
}
