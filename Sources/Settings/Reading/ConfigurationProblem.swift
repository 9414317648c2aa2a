public import SystemPackage

/// Something in a file of settings that does not count.
public struct ConfigurationProblem: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Severity: String, Sendable {
    /// Somebody meant something else than what it says: to be mended.
    case mistake
    /// Nobody is known to understand it.
    case remark
    /// Another program of the project understands it.
    case foreign
  }

  public let severity: Severity
  public let file: FilePath
  /// Counted from 1; nil when the whole file is meant.
  public let line: Int?
  /// Counted from 1, in characters.
  public let column: Int?
  /// What is wrong, and what would be right.
  public let reason: String

  public var description: String {
    guard let line else { return "\(file): \(reason)" }
    return "\(file):\(line):\(column ?? 1): \(reason)"
  }
}
