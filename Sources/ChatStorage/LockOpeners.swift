internal import Glibc
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage

/// Who has a copy of the lock of a file: the kernel tells it of every descriptor.
enum LockOpeners {
  /// Their numbers, this process left out.
  ///
  /// Reads all of `/proc`, `proc_pid_fdinfo(5)` among it.
  static func of(_ path: FilePath) throws(StorageError) -> [Int32] {
    let status = try StorageError.about(path) { () throws(Errno) in try FileStatus.of(path) }
    guard let status else { return [] }
    let pids = (try? Directory.names(in: "/proc"))?.compactMap { Int32($0) } ?? []
    return pids.filter { $0 != getpid() && holds(status, $0) }
  }

  private static func holds(_ file: FileStatus, _ pid: Int32) -> Bool {
    let folder = FilePath("/proc/\(pid)/fd")
    let names = (try? Directory.names(in: folder)) ?? []
    return names.contains { name in
      guard let status = try? FileStatus.of(folder.appending(name), followsLinks: true) else {
        return false
      }
      return status.inode == file.inode && status.device == file.device
        && isLocked(FilePath("/proc/\(pid)/fdinfo").appending(name))
    }
  }

  private static func isLocked(_ information: FilePath) -> Bool {
    let bytes = try? Descriptor.open(information, flags: O_RDONLY).readToEnd()
    return String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").contains {
      $0.hasPrefix("lock:") && $0.contains(" FLOCK ")
    }
  }
}
