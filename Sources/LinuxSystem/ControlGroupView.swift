internal import CLinuxShims
internal import Glibc
internal import SystemPackage

/// A group of the cgroup v2 tree as it is found, whoever's it is; nothing is changed.
///
/// `cgroups(7)`.
public struct ControlGroupView: Equatable, Sendable {
  /// From the root of the tree that this process sees.
  public let name: String
  /// Whether the service manager leaves what is below to the processes in it: `Delegate=`.
  public let isDelegated: Bool
  /// What can be limited in it: `memory`, `pids` and others.
  public let controllers: [String]

  public init(name: String, isDelegated: Bool, controllers: [String]) {
    self.name = name
    self.isDelegated = isDelegated
    self.controllers = controllers
  }

  /// Whether a v2 tree is mounted at all.
  public static var isAvailable: Bool { mount != nil }

  /// The group that a process is in; nil without a v2 tree, and where it is not visible.
  public static func of(_ pid: Int32) -> ControlGroupView? {
    guard let name = ProcessTable.controlGroup(of: pid), let path = mount?.path(of: name) else {
      return nil
    }
    return ControlGroupView(
      name: name, isDelegated: isDelegated(path), controllers: controllers(path))
  }

  /// The group that this process is in.
  public static var own: ControlGroupView? { of(getpid()) }

  private static var mount: ControlGroup.Mount? {
    ProcessFolder.read("self/mountinfo").flatMap(ControlGroup.mount)
  }

  private static func controllers(_ path: FilePath) -> [String] {
    let file = try? Descriptor.open(path.appending("cgroup.controllers"), flags: O_RDONLY)
    guard let bytes = try? file?.readToEnd() else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(
      String.init)
  }

  /// systemd marks the group that it hands over; a dispatcher may have moved into a group below.
  private static func isDelegated(_ path: FilePath) -> Bool {
    let candidates = [path, path.removingLastComponent()]
    return candidates.contains { hasMark($0, "user.delegate") || hasMark($0, "trusted.delegate") }
  }

  private static func hasMark(_ path: FilePath, _ name: String) -> Bool {
    var value: CChar = 0
    let count = path.withPlatformString { getxattr($0, name, &value, 1) }
    return count == 1 && value == CChar(bitPattern: UInt8(ascii: "1"))
  }
}
