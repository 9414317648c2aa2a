internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Who may ask a dispatcher: its own user, root, and the members of the socket's group where the
/// socket's mode lets the group in.
///
/// The kernel looks at the mode when somebody connects. This is the second look, for a socket whose
/// mode was opened wider than anybody meant, or that was passed without a file.
struct PeerRule: Equatable {
  var owner = CurrentProcess.user
  /// Nil: no group.
  var group: UInt32?

  private static let groupMayWrite: UInt32 = 0o020

  /// By the mode and the group of the socket's file.
  static func of(_ path: FilePath) throws(StorageError) -> PeerRule {
    let status = try StorageError.about(path) { () throws(Errno) in
      try FileStatus.of(path, followsLinks: true)
    }
    guard let status, status.permissions & groupMayWrite != 0 else { return PeerRule() }
    return PeerRule(group: status.group)
  }

  /// `groups` gives the peer's supplementary groups; asked for only where they matter.
  func admits(_ peer: PeerCredentials, groups: () -> [UInt32]) -> Bool {
    if peer.user == owner || peer.user == 0 { return true }
    guard let group else { return false }
    return peer.group == group || groups().contains(group)
  }
}
