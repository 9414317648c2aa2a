/// Names one child for as long as its supervisor knows it.
///
/// The number has no meaning here.
public struct ChildID: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let number: UInt32

  public init(_ number: UInt32) { self.number = number }

  public static func < (left: ChildID, right: ChildID) -> Bool { left.number < right.number }

  public var description: String { "child \(number)" }
}

/// One run of a child: numbered from 1, never reused, also not after a restart of the supervisor.
///
/// Whatever happens to a process is reported with the number of its run, so that news of an earlier
/// run cannot be taken for news of the present one.
public struct Incarnation: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let number: UInt64

  public init(_ number: UInt64) { self.number = number }

  public var next: Incarnation { advanced(by: 1) }

  /// Stays at the highest number there is; a file that says so is damaged.
  package func advanced(by count: UInt64) -> Incarnation {
    let (sum, overflow) = number.addingReportingOverflow(count)
    return Incarnation(overflow ? .max : sum)
  }

  public static func < (left: Incarnation, right: Incarnation) -> Bool {
    left.number < right.number
  }

  public var description: String { "#\(number)" }
}

/// Tells what is run: the same number for runs that are started in the same way.
///
/// Opaque here: only equality counts.
public struct ProgramID: Hashable, Sendable {
  public let number: UInt64

  public init(_ number: UInt64) { self.number = number }

  /// Nobody said what it is.
  public static let unknown = ProgramID(0)
}

/// Identifies a waiting message.
///
/// Opaque here: only equality counts.
public struct MessageKey: Hashable, Sendable {
  public let value: UInt64

  public init(_ value: UInt64) { self.value = value }
}
