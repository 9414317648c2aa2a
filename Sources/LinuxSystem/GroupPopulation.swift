internal import Glibc
public import SystemPackage

/// Tells when the last process of a control group is gone, without asking again and again.
///
/// In an event loop the descriptor is `exceptional` from a change on until `isPopulated` is read.
public final class GroupPopulation {
  /// Of the group's `cgroup.events`; close-on-exec, owned by this object.
  public let descriptor: Descriptor

  /// ENOENT when the group is gone.
  ///
  /// `cgroups(7)`.
  public init(of group: ControlGroup) throws(Errno) {
    descriptor = try Descriptor.open(group.path.appending("cgroup.events"), flags: O_RDONLY)
  }

  /// Whether a process is in the group or below it; false when the group is gone.
  public func isPopulated() -> Bool {
    // Some 30 bytes; two lines at the time of writing.
    guard let bytes = try? descriptor.read(at: 0, count: 512) else { return false }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains("populated 1")
  }

  /// Waits until no process is left; false when the deadline came first.
  ///
  /// Blocks this thread.
  public func awaitEmpty(until deadline: Deadline) throws(Errno) -> Bool {
    while isPopulated() {
      guard try descriptor.wait(for: .exceptional, until: deadline) else { return !isPopulated() }
    }
    return true
  }
}
