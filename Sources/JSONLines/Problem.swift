public import SystemPackage

/// Something in a file that was passed over, so that one bad row does not cost the others.
public struct Problem: Equatable, Sendable, CustomStringConvertible {
  public let file: FilePath
  /// The line, counted from 1, where it is known.
  public let line: Int?
  /// Bytes before the row, where it is known.
  public let offset: Int64?
  /// What is wrong and what became of it.
  public let reason: String

  public init(file: FilePath, line: Int? = nil, offset: Int64? = nil, reason: String) {
    self.file = file
    self.line = line
    self.offset = offset
    self.reason = reason
  }

  public var description: String {
    if let line { return "\(file):\(line): \(reason)" }
    if let offset { return "\(file), byte \(offset): \(reason)" }
    return "\(file): \(reason)"
  }
}
