internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// As whom this process makes and opens files.
public enum FileIdentity {
  /// Makes and opens files as another user from now on, with that user's rights and no more.
  ///
  /// For a program of root that works on somebody's files and must not leave files of root's among
  /// them. Concerns this thread, and files alone: to sockets and signals it stays root, and so does
  /// every program that it executes. Its supplementary groups are left until `resume`, since they
  /// open files too. EPERM: this process is not root's. `setfsuid(2)`, `setgroups(2)`.
  public static func assume(user: UInt32, group: UInt32) throws(Errno) {
    if geteuid() == 0 {
      rememberGroups()
      // The kernel's call concerns this thread, unlike the C library's.
      try systemCall { wg_set_thread_groups(0, nil) }
    }
    _ = setfsgid(group)
    _ = setfsuid(user)
    // The calls tell no error; asking for an id that nobody has changes nothing and tells who it is.
    guard setfsgid(gid_t.max) == Int32(bitPattern: group),
      setfsuid(uid_t.max) == Int32(bitPattern: user)
    else { throw .notPermitted }
  }

  /// Makes and opens files as the user that this process was started by again.
  ///
  /// `setfsuid(2)`.
  public static func resume() {
    _ = setfsuid(geteuid())
    _ = setfsgid(getegid())
    guard geteuid() == 0 else { return }
    _ = startingGroups.withUnsafeBufferPointer { wg_set_thread_groups($0.count, $0.baseAddress) }
  }

  /// The user as whom files are opened now, where that is not the one who started this process.
  public static var assumedUser: UInt32? {
    // Asking for an id that nobody has changes nothing and tells who it is.
    let user = UInt32(bitPattern: setfsuid(uid_t.max))
    return user == geteuid() ? nil : user
  }

  /// Those that this process was started with.
  private static let startingGroups: [gid_t] = {
    var groups = [gid_t](repeating: 0, count: max(0, Int(getgroups(0, nil))))
    let count = getgroups(Int32(groups.count), &groups)
    return Array(groups.prefix(max(0, Int(count))))
  }()

  /// To be called before they are changed.
  private static func rememberGroups() { _ = startingGroups.count }

  /// New files and folders get no permission from now on that is not among these.
  ///
  /// Concerns the whole process. `umask(2)`.
  public static func grantNoMore(than permissions: UInt32) {
    _ = umask(~permissions & 0o777)
  }

  /// Whether this process, as the user it was started by, may write there.
  ///
  /// `access(2)`.
  public static func mayWrite(_ path: FilePath) -> Bool {
    path.withPlatformString { access($0, W_OK) } == 0
  }
}
