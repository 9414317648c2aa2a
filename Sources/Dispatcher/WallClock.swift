internal import LinuxSystem
internal import SupervisionCore

/// Turns instants of the monotonic clock into calendar time and back: for files, never for decisions.
struct WallClock {
  private let offset: Int64

  /// How the two clocks stand to each other now.
  ///
  /// The calendar may jump, so this is not kept for long.
  static var now: WallClock { WallClock(offset: Clock.wall - Clock.monotonic) }

  /// Nanoseconds since 1970.
  func wall(_ instant: Instant) -> Int64 {
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(offset)
    return overflow ? .max : sum
  }

  /// The instant of a time in a file; a time in the future counts as now.
  func instant(_ wall: Int64) -> Instant {
    let (difference, overflow) = wall.subtractingReportingOverflow(offset)
    return Instant(nanoseconds: min(overflow ? 0 : difference, Clock.monotonic))
  }
}
