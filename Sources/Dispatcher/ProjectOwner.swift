internal import ChatStorage
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Whether this process is the right one for a project's files.
enum ProjectOwner {
  /// What to say when root serves somebody else's project; nil when there is nothing to say.
  ///
  /// It is not refused: where root is the only user there is, as in many containers, it is meant.
  static func warning(_ layout: ProjectLayout) -> String? {
    let status = try? FileStatus.of(layout.root, followsLinks: true)
    guard let owner = status?.owner, owner != 0, CurrentProcess.user == 0 else { return nil }
    return
      "root serves a project of user \(owner): whatever its files name as a handler runs as root"
  }

  /// Throws a sentence about the owner where the folder is somebody else's and cannot be written.
  ///
  /// The kernel would say no more than that permission is denied, and somewhere below the folder.
  static func check(_ layout: ProjectLayout) throws(StorageError) {
    let status = try StorageError.about(layout.root) { () throws(Errno) in
      try FileStatus.of(layout.root, followsLinks: true)
    }
    let user = CurrentProcess.user
    guard let status, status.owner != user, !FileIdentity.mayWrite(layout.root) else { return }
    throw StorageError(
      file: layout.root, kind: .notPermitted,
      reason: "it belongs to user \(status.owner), and this is user \(user): run the dispatcher as "
        + "its owner, in a unit with User= in a drop-in")
  }
}
