internal import CLinuxShims
public import SystemPackage

/// Whether somebody keeps the wall clock right, as far as the kernel was told.
///
/// `adjtimex(2)`, reading only.
public struct ClockDiscipline: Equatable, Sendable {
  public let isSynchronized: Bool
  /// Microseconds.
  public let maximumError: Int64

  public init(isSynchronized: Bool, maximumError: Int64) {
    self.isSynchronized = isSynchronized
    self.maximumError = maximumError
  }

  public static func current() throws(Errno) -> ClockDiscipline {
    var discipline = wg_clock_discipline()
    try systemCall { wg_clock_discipline(&discipline) }
    return ClockDiscipline(
      isSynchronized: discipline.unsynchronized == 0,
      maximumError: discipline.maximum_error_microseconds)
  }
}
