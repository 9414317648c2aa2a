internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// What the kernel says of a file, as far as it is needed here.
public struct FileStatus: Equatable, Sendable {
  public enum Kind: Sendable { case regular, directory, symbolicLink, socket, other }

  public let kind: Kind
  /// Bytes.
  public let size: Int64
  public let device: UInt64
  public let inode: UInt64
  /// Last change of the contents, nanoseconds since 1970, by the wall clock.
  public let modified: Int64
  public let owner: UInt32
  public let group: UInt32
  /// The permission bits alone.
  public let permissions: UInt32
  /// Names that lead to the file; 0 when it was unlinked while open.
  public let links: UInt64

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .symbolicLink
    case S_IFSOCK: kind = .socket
    default: kind = .other
    }
    size = Int64(status.st_size)
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    modified = Clock.nanoseconds(status.st_mtim)
    owner = status.st_uid
    group = status.st_gid
    permissions = status.st_mode & 0o7777
    links = UInt64(status.st_nlink)
  }

  /// Of the file at `path`, or nil when there is none.
  ///
  /// `lstat`, or `stat` when `followsLinks`.
  public static func of(_ path: FilePath, followsLinks: Bool = false) throws(Errno) -> FileStatus? {
    var status = stat()
    do throws(Errno) {
      try systemCall {
        path.withPlatformString { followsLinks ? stat($0, &status) : lstat($0, &status) }
      }
    } catch {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw error
    }
    return FileStatus(status)
  }

  /// Of what this process has open under a number; EBADF when there is nothing.
  ///
  /// `fstat`. Does not take the descriptor over.
  public static func ofDescriptor(_ number: Int32) throws(Errno) -> FileStatus {
    var status = stat()
    // Not through `systemCall`: that nothing is open there is not this program's mistake.
    try systemCallOnce { fstat(number, &status) }
    return FileStatus(status)
  }
}
