internal import LinuxSystem
internal import SupervisionCore

/// A handler's process whose descriptor systemd kept from one dispatcher to the next.
struct StoredRun {
  let name: Name
  let process: ProcessDescriptor

  /// What it is kept as: `run-3-65-1234`, see sd_pid_notify_with_fds(3) for what is allowed.
  struct Name: Hashable {
    let child: ChildID
    let incarnation: Incarnation
    /// For people, and for what the kernel cannot tell of a process that was reaped.
    let pid: Int32

    var text: String { "\(Self.prefix)\(child.number)-\(incarnation.number)-\(pid)" }

    private static let prefix = "run-"

    /// Whether it is one of these at all, rather than a socket's.
    static func isPlausible(_ text: String) -> Bool { text.hasPrefix(prefix) }

    init(_ child: ChildID, _ incarnation: Incarnation, pid: Int32) {
      self.child = child
      self.incarnation = incarnation
      self.pid = pid
    }

    /// Nil unless it is written as `text` writes it.
    init?(_ text: String) {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 4, let child = UInt32(parts[1]), let incarnation = UInt64(parts[2]),
        let pid = Int32(parts[3]), pid > 0
      else { return nil }
      self.init(ChildID(child), Incarnation(incarnation), pid: pid)
      guard self.text == text else { return nil }
    }
  }
}
