internal import ChatStorage
internal import SupervisionCore

/// What is asked about a tombstone while it stands; the rest is in its file.
struct Burial: Equatable {
  let reason: ArchiveReason
  /// RFC 3339, as it is written there.
  let purgedAt: String
  /// Everything that follows the tombstone was done when it was read.
  let isSettled: Bool

  init(_ tombstone: Tombstone) {
    reason = tombstone.reason.core
    purgedAt = tombstone.purgedAt
    isSettled = tombstone.isSettled
  }
}
