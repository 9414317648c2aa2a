internal import LinuxSystem
internal import SystemPackage

/// Waiting for one of several descriptors, for commands, which have no event loop.
enum Waiting {
  /// Blocks until one of them is readable or hung up, or until the deadline; says which are.
  static func readable(
    _ descriptors: [Descriptor], until deadline: Deadline
  ) throws(Errno) -> [Bool] {
    try Descriptor.wait(forAny: descriptors.map { ($0, .readable) }, until: deadline)
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
