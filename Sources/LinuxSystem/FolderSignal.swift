internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// Has SIGIO sent to this process when something in a folder changes: an entry made, renamed,
/// removed, or written to.
///
/// `F_NOTIFY` of fcntl(2).
///
/// Says less than inotify, but a user may have only 128 inotify instances
/// (`fs.inotify.max_user_instances`), with which a thousand processes cannot each watch a folder.
/// SIGIO must be blocked and read through a `SignalDescriptor`: its default action is to end the
/// process. Several changes may come as one signal.
public final class FolderSignal {
  private let folder: Descriptor

  /// Begins; ends when this object goes.
  ///
  /// EINVAL where the kernel or the file system lacks it.
  public init(_ path: FilePath) throws(Errno) {
    folder = try Descriptor.open(path, flags: O_RDONLY | O_DIRECTORY, followsLinks: true)
    let number = folder.rawValue
    try systemCall { wg_signal_changes(number) }
  }
}
