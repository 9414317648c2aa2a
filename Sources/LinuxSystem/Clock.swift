internal import Glibc

/// The clocks, in nanoseconds.
///
/// Nothing else in the project reads time.
public enum Clock {
  /// Since boot, without the time the machine was suspended.
  ///
  /// For every decision. `CLOCK_MONOTONIC`.
  public static var monotonic: Int64 { read(CLOCK_MONOTONIC) }

  /// Since 1970, as the person's calendar says; may jump.
  ///
  /// For records only. `CLOCK_REALTIME`.
  public static var wall: Int64 { read(CLOCK_REALTIME) }

  /// The farthest instant there is where the time is beyond it, as a file's may be.
  static func nanoseconds(_ time: timespec) -> Int64 {
    let limit: Int64 = time.tv_sec < 0 ? .min : .max
    let (whole, tooFar) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overflow) = whole.addingReportingOverflow(Int64(time.tv_nsec))
    return tooFar || overflow ? limit : sum
  }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return nanoseconds(time)
  }
}
