/// Which requests were answered, as far as that has to be known.
///
/// Of an answer to a message that was seen before, nothing has to be kept. Kept are the answers that
/// were read before their question (the outbox is read first), until the inbox was read to its end;
/// and the last few, so that a question sent twice is answered once. Hashes, not texts: a
/// conversation's ids would be megabytes, and two of them share a hash of 64 bits once in many
/// lifetimes. The hash is the same in every process, since the last few go into the checkpoint.
struct AnsweredRequests: Equatable {
  /// How many of the last answers are known for good.
  static let recentLimit = 16

  private var fresh: Set<UInt64> = []
  /// Hashes, oldest first.
  private(set) var recent: [UInt64]

  init(recent: [UInt64] = []) { self.recent = recent.suffix(Self.recentLimit) }

  /// There are answers whose questions may not have been read yet.
  var hasFresh: Bool { !fresh.isEmpty }

  mutating func note(_ requestID: String) {
    let hash = Self.hash(requestID)
    guard fresh.insert(hash).inserted else { return }
    recent.removeAll { $0 == hash }
    recent = (recent + [hash]).suffix(Self.recentLimit)
  }

  func contains(_ requestID: String) -> Bool {
    let hash = Self.hash(requestID)
    return fresh.contains(hash) || recent.contains(hash)
  }

  /// Forgets all but the last few.
  mutating func settle() { fresh = [] }

  /// FNV-1a, 64 bits.
  static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
