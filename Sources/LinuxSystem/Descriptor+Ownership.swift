internal import Glibc
public import SystemPackage

extension Descriptor {
  /// Gives this file the owner, the group and the permission bits of another.
  ///
  /// Who may not give files away keeps the owner and, where that is refused too, the group: a file
  /// that its own reader may still write is better than none. `fstat`, `fchown`, `fchmod`.
  public func takeOwnership(from other: Descriptor) throws(Errno) {
    var model = stat()
    try systemCall { fstat(other.rawValue, &model) }
    do throws(Errno) {
      try systemCall { fchown(rawValue, model.st_uid, model.st_gid) }
    } catch {
      _ = try? systemCall { fchown(rawValue, uid_t.max, model.st_gid) }
    }
    // After fchown, which clears the set-id bits.
    try systemCall { fchmod(rawValue, model.st_mode & 0o7777) }
  }
}
