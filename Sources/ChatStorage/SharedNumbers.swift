public import JSONLines
internal import LinuxSystem

/// `service/incarnations.json`: numbers of runs that are reserved for all chats at once.
///
/// A dispatcher reserves a block when it starts, so that no first run waits until the record of its
/// chat is on the disk.
public struct SharedNumbers: Equatable, Sendable {
  /// A run of any chat may have a number up to this one, and a higher one only if the chat's own record
  /// says so.
  public private(set) var used: UInt64
  /// The last one that may be given without anything being written before.
  public private(set) var reserved: UInt64

  private static let block: UInt64 = 64

  /// None are reserved.
  public init(used: UInt64 = 0) {
    self.used = used
    reserved = used
  }

  /// What earlier dispatchers reserved, all of it taken as used.
  ///
  /// `highest` is the highest number in any chat's record: a file that cannot be read counts as if it
  /// said so, and `report` is told.
  public init(
    reading layout: ProjectLayout, highest: UInt64, report: (Problem) -> Void
  ) {
    do throws(StorageError) {
      self.init(used: try JSONFile.read(layout.sharedNumbers)?["reserved"]?.uint ?? 0)
    } catch {
      report(
        Problem(file: layout.sharedNumbers, line: error.line, reason: "\(error.reason); made anew"))
      self.init(used: highest)
    }
  }

  /// Reserves the next block; it is on the disk when this returns.
  public mutating func reserve(_ layout: ProjectLayout) throws(StorageError) {
    let (next, overflow) = used.addingReportingOverflow(Self.block)
    let object: JSONObject = ["version": 1, "reserved": .integer(overflow ? .max : next)]
    try DurableFolder.make(layout.service)
    try JSONFile.write(object, to: layout.sharedNumbers)
    reserved = overflow ? .max : next
  }
}
