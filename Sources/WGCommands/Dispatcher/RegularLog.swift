internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// A log file that several processes append to.
enum RegularLog {
  /// Makes it if needed.
  ///
  /// Refuses a symbolic link, and a pipe that nobody reads.
  static func openForAppending(_ path: FilePath) throws(Errno) -> Descriptor {
    try Descriptor.open(path, flags: O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, mode: 0o640)
  }
}
