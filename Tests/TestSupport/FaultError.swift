/// A failure that a test causes on purpose, or meets in its own preparations.
public struct FaultError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
