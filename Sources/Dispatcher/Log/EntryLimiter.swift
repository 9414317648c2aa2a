/// Keeps what happens over and over from filling the log: a token bucket for each kind of entry.
///
/// A value without a clock: instants are nanoseconds and are passed in. What it holds back is counted,
/// and told about in a summary, also when nothing of the kind comes any more.
/// The numbers are in wg-journal-fields(7).
struct EntryLimiter {
  /// What is counted together.
  struct Kind: Hashable {
    let event: LogEvent
    /// `.chat-N`; nil for what is not about one chat.
    let chat: String?
    /// Apart from chats one event may be about many things; then the sentence tells them apart.
    let sentence: String?
  }

  /// Entries that were left out.
  struct Summary: Equatable {
    let event: LogEvent
    let chat: String?
    let count: UInt64
  }

  /// So many at once.
  static let burst = 20
  /// One more for each so many nanoseconds.
  static let period: Int64 = 10_000_000_000
  /// From the first that is left out to the summary.
  static let summaryDelay: Int64 = 30_000_000_000
  /// More kinds than this share one bucket for each event, so that nobody fills the memory.
  static let largestCount = 4096

  private struct Bucket {
    var tokens = EntryLimiter.burst
    /// When the present tokens were counted.
    var countedAt: Int64
    var suppressed: UInt64 = 0
  }

  private var buckets: [Kind: Bucket] = [:]
  /// Those with something to tell, and when.
  private var due: [Kind: Int64] = [:]

  /// When there is a summary to tell; nil when nothing is left out.
  var nextDue: Int64? { due.values.min() }

  /// Whether one more entry of the kind may be written.
  mutating func admits(_ kind: Kind, at now: Int64) -> Bool {
    let kind = counted(kind, at: now)
    var bucket = buckets[kind] ?? Bucket(countedAt: now)
    Self.refill(&bucket, at: now)
    defer { buckets[kind] = bucket }
    if bucket.tokens > 0 {
      bucket.tokens -= 1
      return true
    }
    bucket.suppressed += 1
    if due[kind] == nil { due[kind] = now + Self.summaryDelay }
    return false
  }

  /// What was left out and is to be told by now; each is told once.
  mutating func takeDue(at now: Int64) -> [Summary] { take { $0 <= now } }

  /// The same without waiting, for the end.
  mutating func takeAll() -> [Summary] { take { _ in true } }

  private mutating func take(_ isTaken: (Int64) -> Bool) -> [Summary] {
    let taken = due.filter { isTaken($0.value) }.sorted { $0.value < $1.value }.map(\.key)
    return taken.compactMap { kind in
      due[kind] = nil
      guard let count = buckets[kind]?.suppressed else { return nil }
      buckets[kind]?.suppressed = 0
      return Summary(event: kind.event, chat: kind.chat, count: count)
    }
  }

  private func hasRoom(for kind: Kind) -> Bool {
    buckets[kind] != nil || buckets.count < Self.largestCount
  }

  private mutating func counted(_ kind: Kind, at now: Int64) -> Kind {
    if hasRoom(for: kind) { return kind }
    buckets = buckets.filter { entry in
      var bucket = entry.value
      Self.refill(&bucket, at: now)
      return bucket.tokens < Self.burst || bucket.suppressed > 0
    }
    return hasRoom(for: kind) ? kind : Kind(event: kind.event, chat: nil, sentence: nil)
  }

  private static func refill(_ bucket: inout Bucket, at now: Int64) {
    let gained = max(0, now - bucket.countedAt) / period
    guard gained > 0 else { return }
    bucket.tokens = Int(min(Int64(burst), Int64(bucket.tokens) + gained))
    bucket.countedAt += gained * period
  }
}
