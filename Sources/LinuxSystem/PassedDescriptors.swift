internal import Glibc
public import SystemPackage

/// Descriptors that a service manager opened and passed to this process, in its order.
///
/// The protocol of sd_listen_fds_with_names(3): they start at 3, and three variables say whose they
/// are, how many, and what each is called. Read here, since it is too little to load libsystemd for.
public struct PassedDescriptors {
  /// Close-on-exec; owned by whoever holds this.
  public let all: [(name: String, descriptor: Descriptor)]

  /// Those of some names, and the others.
  public func divided(
    by isIncluded: (String) -> Bool
  ) -> (included: PassedDescriptors, others: PassedDescriptors) {
    let included = all.filter { isIncluded($0.name) }
    let others = all.filter { !isIncluded($0.name) }
    return (PassedDescriptors(all: included), PassedDescriptors(all: others))
  }

  /// What the environment says, without looking at the descriptors.
  struct Announcement: Equatable {
    let count: Int32
    /// As many as `count`; one that is not named is called `unknown`, as in libsystemd.
    let names: [String]

    /// Nil when nothing is announced, or it is meant for another process.
    init?(_ variables: (String) -> String?, pid: Int32) {
      guard variables("LISTEN_PID").flatMap({ Int32($0) }) == pid,
        let count = variables("LISTEN_FDS").flatMap({ Int32($0) }), count > 0,
        count <= PassedDescriptors.limit
      else { return nil }
      let given = variables("LISTEN_FDNAMES") ?? ""
      let names = given.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      self.count = count
      self.names = (0..<Int(count)).map {
        $0 < names.count && !names[$0].isEmpty ? names[$0] : "unknown"
      }
    }
  }

  private static let first: Int32 = 3
  /// More than any service manager passes; what says so is a mistake.
  private static let limit: Int32 = 65_536

  /// Takes them over; none when nothing was passed to this very process.
  ///
  /// To be called once, before anything else opens a descriptor. The variables are gone afterwards,
  /// so that no child takes them for its own. EBADF: one that is announced is not open.
  public static func take() throws(Errno) -> PassedDescriptors {
    let announcement = Announcement(CurrentProcess.variable, pid: CurrentProcess.pid)
    for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) }
    var all: [(name: String, descriptor: Descriptor)] = []
    for (index, name) in (announcement?.names ?? []).enumerated() {
      let number = first + Int32(index)
      // Not through `systemCall`: that one is closed here is not this program's mistake.
      try systemCallOnce { fcntl(number, F_SETFD, FD_CLOEXEC) }
      all.append((name, Descriptor(owning: number)))
    }
    return PassedDescriptors(all: all)
  }
}
