/// Why some bytes are not a JSON value.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Bytes before the place where reading stopped.
  public let offset: Int
  /// What is wrong there, in a few words.
  public let reason: String

  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  public var description: String { "\(reason) (byte \(offset))" }
}
