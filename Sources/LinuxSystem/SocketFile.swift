internal import CLinuxShims
internal import Glibc
internal import SystemPackage

/// Making the file of a bound socket with the right permissions.
enum SocketFile {
  /// Binds; a file that it makes never has more permissions than `mode`, not even for a moment.
  static func bind(
    _ descriptor: Descriptor, to address: SocketAddress, mode: UInt32
  ) throws(Errno) {
    // bind(2) gives the file the mode of the socket, less the umask.
    try systemCall { fchmod(descriptor.rawValue, mode) }
    _ = try address.withName { wg_bind(descriptor.rawValue, $0, $1) }
    guard case .path(let path) = address else { return }
    try systemCall { path.withPlatformString { chmod($0, mode) } }
  }

  /// Removes a socket that nobody listens on any more; leaves what is no socket alone.
  static func removeStale(_ path: FilePath) throws(Errno) {
    var status = stat()
    guard path.withPlatformString({ lstat($0, &status) }) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFSOCK { try AtomicFile.remove(path) }
  }
}
