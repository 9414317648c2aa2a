internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// A log file that several processes append to.
enum RegularLog {
  /// Makes it if needed.
  ///
  /// Refuses a symbolic link.
  static func openForAppending(_ path: FilePath) throws(Errno) -> Descriptor {
    try Descriptor.open(path, flags: O_WRONLY | O_APPEND | O_CREAT, mode: 0o644)
  }
}
