internal import CLinuxShims
internal import Glibc
internal import SystemPackage

extension ControlGroup {
  /// The path of this process's v2 group as the kernel names it, `/system.slice/a.service`, whether it
  /// can be seen or not.
  ///
  /// `/proc/self/cgroup`, see cgroups(7).
  public static func ownMembership() -> String? {
    ProcessFolder.read("self/cgroup").flatMap(membership)
  }

  /// The v2 group that this process is in; nil where v2 is not mounted or it is not visible.
  public static func own() -> ControlGroup? { of("self") }

  /// The v2 group that a process is in; nil when it is gone, too.
  public static func of(_ pid: Int32) -> ControlGroup? { of("\(pid)") }

  private static func of(_ process: String) -> ControlGroup? {
    ProcessFolder.read("\(process)/cgroup").flatMap(membership).flatMap(visible)
  }

  /// The v2 group of which the kernel says that it is there, as in `ownMembership`; nil where it is not
  /// visible.
  public static func visible(_ membership: String) -> ControlGroup? {
    guard let mount = ProcessFolder.read("self/mountinfo").flatMap(mount),
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
  /// Whether whoever manages the tree has given this part away, so that groups may be made in it.
  ///
  /// Permission to write is not enough: root may write everywhere, and a user everywhere in the part
  /// of the user's manager, but the manager undoes what others do in its own groups.
  ///
  /// systemd marks the groups of units with Delegate= by an extended attribute: `trusted.delegate`,
  /// which root alone can read, since version 246, and `user.delegate` since 251. See
  /// https://systemd.io/CGROUP_DELEGATION.
  public var isDelegated: Bool { hasMark("user.delegate") || hasMark("trusted.delegate") }

  private func hasMark(_ name: String) -> Bool {
    var value: CChar = 0
    let count = path.withPlatformString { getxattr($0, name, &value, 1) }
    return count == 1 && value == CChar(bitPattern: UInt8(ascii: "1"))
  }

  /// Whether this process may make groups here and move processes into them.
  ///
  /// False with ProtectControlGroups=, which makes the tree read-only.
  public var isWritable: Bool {
    let files = [path, path.appending("cgroup.procs")]
    return files.allSatisfy { $0.withPlatformString { access($0, W_OK) } == 0 }
  }
}
