internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage

/// As whom root's commands work on a project's files.
enum ProjectOwnership {
  /// As root, makes and opens files from here on as the user whose dispatcher reads them.
  ///
  /// A lock file or an inbox of root's would shut that dispatcher out. Who that user is, the
  /// dispatcher's lock tells; before there ever was a dispatcher, it is the folder's owner. The
  /// folder's mode tells who else may read: a new file is open to them, and to nobody else.
  /// - Parameter entry: where the folder was found; whoever made a link there leads nobody to files
  ///   that are not open to the link's owner.
  static func assume(of root: FilePath, entry: FilePath? = nil) throws {
    guard CurrentProcess.user == 0 else { return }
    guard let folder = try FileStatus.of(root, followsLinks: true) else { return }
    let link = try entry.flatMap { try FileStatus.of($0) }
    let lock = try FileStatus.of(ProjectLayout(root: root).dispatcherLock)
    let status = owning(folder, lock: lock, link: link)
    guard status.owner != 0 else { return }
    try FileIdentity.assume(user: status.owner, group: status.group)
    FileIdentity.grantNoMore(than: folder.permissions)
  }

  /// The file whose owner is the one to be.
  ///
  /// In a folder of somebody's, a lock of root's proves nothing: that one can give its name to another
  /// file of root's that lies there. Where the folder's owner has no account, as in containers, it is
  /// that of the dispatcher which root runs.
  static func owning(_ folder: FileStatus, lock: FileStatus?, link: FileStatus?) -> FileStatus {
    if let link, link.kind == .symbolicLink, link.owner != 0 { return link }
    guard let lock, lock.kind == .regular else { return folder }
    return lock.owner != 0 || Account.of(folder.owner) == nil ? lock : folder
  }
}

extension Project {
  /// Whether changes can be made on the files, or only by asking the dispatcher.
  ///
  /// A member of the group of the system's dispatcher reads the files and asks it for the rest.
  var mayWriteFiles: Bool { FileIdentity.mayWrite(layout.root) }

  /// Whether a service manager listens for this project and starts a dispatcher for who connects.
  ///
  /// A socket unit puts a link to its socket in the usual place; a dispatcher, the socket itself.
  var isOnDemand: Bool { (try? FileStatus.of(layout.socket))?.kind == .symbolicLink }

  /// Has a dispatcher started, or kept from ending, where a service manager listens for the project.
  ///
  /// Connecting is all that it takes. Returns false where nobody listens.
  func wakeDispatcher() -> Bool {
    isOnDemand && (try? UnixStream.connect(layout.socket, timeout: 1_000_000_000)) != nil
  }
}
