internal import CLinuxShims
internal import Glibc
internal import SystemPackage

extension ControlGroup {
  /// This process's own group, when it may make groups below it; else nil, whatever the reason: no
  /// cgroup v2, not delegated to us, read-only.
  public static func delegated() -> ControlGroup? {
    guard let group = own(), group.isDelegated, group.isWritable else { return nil }
    return group
  }

  /// The path of this process's v2 group as the kernel names it, `/system.slice/a.service`, whether it
  /// can be seen or not.
  ///
  /// `/proc/self/cgroup`, see cgroups(7).
  public static func ownMembership() -> String? {
    ProcessFolder.read("self/cgroup").flatMap(membership)
  }

  /// The v2 group that this process is in; nil where v2 is not mounted or it is not visible.
  static func own() -> ControlGroup? {
    guard let membership = ProcessFolder.read("self/cgroup").flatMap(membership),
      let mount = ProcessFolder.read("self/mountinfo").flatMap(mount),
      let path = mount.path(of: membership)
    else { return nil }
    return ControlGroup(path: path)
  }

  /// The path in the line `0::/path`; lines with other numbers are of v1.
  static func membership(_ text: [UInt8]) -> String? {
    let line = String(decoding: text, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("0::/") }
    return line.map { String($0.dropFirst(3)) }
  }

  /// Where the v2 tree is mounted, and which of its folders is seen there.
  struct Mount: Equatable {
    let root: String
    let point: FilePath

    /// Nil for a group outside the part that is mounted.
    func path(of membership: String) -> FilePath? {
      let prefix = root == "/" ? "" : root
      guard membership == root || membership.hasPrefix(prefix + "/"),
        !membership.split(separator: "/").contains("..")
      else { return nil }
      return point.appending(String(membership.dropFirst(prefix.count + 1)))
    }
  }

  /// The first mount of type cgroup2 in a mountinfo file: `ID PARENT DEV ROOT POINT ... - TYPE ...`.
  static func mount(_ text: [UInt8]) -> Mount? {
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count,
        fields[dash + 1] == "cgroup2", dash > 4
      else { continue }
      return Mount(root: unescaped(fields[3]), point: FilePath(unescaped(fields[4])))
    }
    return nil
  }

  /// Spaces, tabs, newlines and backslashes are three octal digits after a backslash.
  private static func unescaped(_ field: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(field.utf8)[...]
    while let first = rest.popFirst() {
      let digits = String(decoding: rest.prefix(3), as: UTF8.self)
      if first == UInt8(ascii: "\\"), let code = UInt8(digits, radix: 8) {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(first)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension ControlGroup {
  /// Whether the part below is ours by the rules of the tree, not only by permissions: root may
  /// write everywhere, but systemd undoes what others do in its own part.
  private var isDelegated: Bool {
    if hasMark("user.delegate") || hasMark("trusted.delegate") { return true }
    guard let status = try? FileStatus.of(path) else { return false }
    if getuid() != 0 && status.owner == getuid() { return true }
    return isVisibleRoot && !isManagedBySystemd
  }

  /// systemd writes this on the groups of units with Delegate=.
  private func hasMark(_ name: String) -> Bool {
    var value: CChar = 0
    let count = path.withPlatformString { getxattr($0, name, &value, 1) }
    return count == 1 && value == CChar(bitPattern: UInt8(ascii: "1"))
  }

  private var isVisibleRoot: Bool {
    ProcessFolder.read("self/cgroup").flatMap(Self.membership) == "/"
  }

  private var isManagedBySystemd: Bool {
    ((try? FileStatus.of("/run/systemd/system")) ?? nil) != nil
  }

  private var isWritable: Bool {
    let files = [path, path.appending("cgroup.procs")]
    return files.allSatisfy { $0.withPlatformString { access($0, W_OK) } == 0 }
  }
}
