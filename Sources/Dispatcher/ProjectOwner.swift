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

  /// Throws a sentence about the owner where the folder is somebody else's, or anybody may write to it.
  ///
  /// Its files say what is run, as the user of this process. One of root's may be served by whom root
  /// lets write to it.
  static func check(_ layout: ProjectLayout) throws(StorageError) {
    try refuseOpenToAll(layout)
    let status = try StorageError.about(layout.root) { () throws(Errno) in
      try FileStatus.of(layout.root, followsLinks: true)
    }
    let user = CurrentProcess.user
    guard let status, user != 0, status.owner != user else { return }
    if status.owner == 0 && FileIdentity.mayWrite(layout.root) { return }
    throw StorageError(
      file: layout.root, kind: .notPermitted,
      reason: "it belongs to user \(status.owner), and this is user \(user): run the dispatcher as "
        + "its owner, in a unit with User= in a drop-in")
  }

  /// The folder and those files in it that say what is run.
  private static func refuseOpenToAll(_ layout: ProjectLayout) throws(StorageError) {
    for path in [layout.root, layout.config, layout.graph, layout.chatFolder, layout.service] {
      let status = try? FileStatus.of(path, followsLinks: true)
      guard let status, status.permissions & 0o002 != 0 else { continue }
      throw StorageError(
        file: path, kind: .notPermitted,
        reason: "every user may write to it, and what is in it is run: chmod -R o-w \(layout.root)")
    }
  }
}
