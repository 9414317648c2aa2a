internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// Until when to wait.
public enum Deadline: Equatable, Sendable {
  case now
  case never
  /// Nanoseconds of `Clock.monotonic`.
  case at(Int64)

  /// So many nanoseconds from now.
  public static func after(nanoseconds: Int64) -> Deadline {
    let (instant, overflow) = Clock.monotonic.addingReportingOverflow(nanoseconds)
    return overflow ? .never : .at(instant)
  }

  /// Milliseconds for `poll(2)`, rounded up so that it does not return just too early.
  var pollTimeout: Int32 {
    switch self {
    case .now: 0
    case .never: -1
    case .at(let instant): Self.milliseconds(until: instant)
    }
  }

  private static func milliseconds(until instant: Int64) -> Int32 {
    let (rest, overflow) = instant.subtractingReportingOverflow(Clock.monotonic)
    if overflow { return instant > 0 ? Int32.max : 0 }
    let whole = rest / 1_000_000 + (rest % 1_000_000 > 0 ? 1 : 0)
    return Int32(clamping: max(0, whole))
  }
}

extension Descriptor.Condition {
  fileprivate var events: Int16 {
    switch self {
    case .readable: Int16(POLLIN)
    case .writable: Int16(POLLOUT)
    case .exceptional: Int16(POLLPRI)
    }
  }
}

extension Descriptor {
  /// What one waits for.
  public enum Condition: Sendable {
    case readable, writable
    /// As a change of `cgroup.events` since it was read.
    case exceptional
  }

  /// Waits until the descriptor is ready, hung up or in error; false when the deadline came first.
  ///
  /// For programs without an event loop: blocks this thread. `poll(2)`.
  public func wait(for condition: Condition, until deadline: Deadline) throws(Errno) -> Bool {
    var entry = pollfd(fd: rawValue, events: condition.events, revents: 0)
    // The remaining time is computed anew when a signal interrupts the wait.
    return try systemCall { poll(&entry, 1, deadline.pollTimeout) } > 0
  }

  /// Waits until one of several is ready, hung up or in error, or until the deadline; says which are.
  ///
  /// For programs without an event loop: blocks this thread. `poll(2)`.
  public static func wait(
    forAny wanted: [(Descriptor, Condition)], until deadline: Deadline
  ) throws(Errno) -> [Bool] {
    var entries = wanted.map { pollfd(fd: $0.rawValue, events: $1.events, revents: 0) }
    try systemCall { poll(&entries, nfds_t(entries.count), deadline.pollTimeout) }
    return entries.map { $0.revents != 0 }
  }

  /// Whether reads and writes return at once with EAGAIN instead of waiting.
  ///
  /// `O_NONBLOCK`.
  public func setNonBlocking(_ nonBlocking: Bool) throws(Errno) {
    try systemCall { wg_set_nonblocking(rawValue, nonBlocking ? 1 : 0) }
  }

  /// Another descriptor for the same open file, close-on-exec.
  ///
  /// `F_DUPFD_CLOEXEC`.
  public func duplicate() throws(Errno) -> Descriptor {
    Descriptor(owning: try systemCall { wg_duplicate(rawValue) })
  }
}
