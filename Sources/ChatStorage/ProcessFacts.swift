internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// What `/proc` says of a process, as far as a lock file needs it.
///
/// See proc_pid_stat(5).
struct ProcessFacts: Equatable {
  let isZombie: Bool
  /// Nanoseconds since 1970, by the wall clock as it is set now; good to about a second.
  let startedAt: Int64

  /// Nil when there is no such process.
  static func of(_ pid: Int32) -> ProcessFacts? {
    guard pid > 0, let text = read(FilePath("/proc/\(pid)/stat")) else { return nil }
    // The name stands in parentheses and may itself contain any of these characters.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[end...].dropFirst().split(separator: " ")
    guard fields.count > 19, let ticks = Int64(fields[19]), let start = wallTime(ofTicks: ticks)
    else { return nil }
    return ProcessFacts(isZombie: ["Z", "X"].contains(fields[0]), startedAt: start)
  }

  /// When so many clock ticks had passed since boot, as `startedAt`.
  static func wallTime(ofTicks ticks: Int64) -> Int64? {
    guard let boot = bootTime() else { return nil }
    let ticksPerSecond = max(Int64(sysconf(Int32(_SC_CLK_TCK))), 1)
    let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: ticksPerSecond)
    let (whole, overflow) = (boot &+ seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? nil : whole + rest * 1_000_000_000 / ticksPerSecond
  }

  /// Seconds since 1970.
  private static func bootTime() -> Int64? {
    let line = read("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
    return line.flatMap { Int64($0.dropFirst(6)) }
  }

  private static func read(_ path: FilePath) -> String? {
    guard let file = try? Descriptor.open(path, flags: O_RDONLY),
      let bytes = try? file.readToEnd()
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}
