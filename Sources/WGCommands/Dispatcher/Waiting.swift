internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// Waiting for one of several descriptors, for commands, which have no event loop.
enum Waiting {
  /// Blocks until one of them is readable or hung up, or until the deadline; says which are.
  static func readable(
    _ descriptors: [Descriptor], until deadline: Deadline
  ) throws(Errno) -> [Bool] {
    var entries = descriptors.map { pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0) }
    try systemCall { poll(&entries, nfds_t(entries.count), milliseconds(deadline)) }
    return entries.map { $0.revents != 0 }
  }

  private static func milliseconds(_ deadline: Deadline) -> Int32 {
    switch deadline {
    case .now: 0
    case .never: -1
    case .at(let instant):
      Int32(clamping: max(0, (instant - Clock.monotonic + 999_999) / 1_000_000))
    }
  }
}

extension Deadline {
  /// Whether there is no time left.
  var hasPassed: Bool {
    switch self {
    case .now: true
    case .never: false
    case .at(let instant): instant <= Clock.monotonic
    }
  }
}
