/// A message in the inbox that waits for its answer.
///
/// Its text stays in the file.
public struct PendingMessage: Hashable, Sendable {
  /// The id of its row.
  public let id: UInt64
  /// The request id under which it is to be answered; never empty.
  public let requestID: String
  /// Bytes before its row in the inbox.
  public let offset: Int64
  /// When it was written, nanoseconds since 1970; nil when its row does not tell.
  public let time: Int64?
}
