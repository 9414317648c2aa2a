internal import Glibc
internal import SystemPackage

/// What `/proc/PID` tells of a process beyond its status; nil when it is gone or another user's.
extension ProcessTable {
  /// The group of the v2 tree that the process is in, as this process sees the tree.
  public static func controlGroup(of pid: Int32) -> String? {
    guard pid > 0 else { return nil }
    return ProcessFolder.read("\(pid)/cgroup").flatMap(ControlGroup.membership)
  }

  /// Where the process sleeps: the kernel's function, or the number of the system call; nil when it
  /// does not, or this process may not know.
  ///
  /// `/proc/PID/wchan` and `/proc/PID/syscall`.
  public static func waitingPlace(of pid: Int32) -> String? {
    guard pid > 0 else { return nil }
    let function = firstWord(of: "\(pid)/wchan")
    if let function, function != "0" { return function }
    return firstWord(of: "\(pid)/syscall").flatMap { UInt($0) }.map { "system call \($0)" }
  }

  private static func firstWord(of name: String) -> String? {
    let word = ProcessFolder.read(name)?.prefix { $0 > UInt8(ascii: " ") && $0 < 0x7F } ?? []
    return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
  }

  /// Whether the file that the process executes is no longer the one at its path.
  public static func executesReplacedFile(_ pid: Int32) -> Bool? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = "/proc/\(pid)/exe".withCString { readlink($0, &buffer, buffer.count) }
    guard pid > 0, count > 0 else { return nil }
    let target = String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return target.hasSuffix(" (deleted)")
  }

  /// How many descriptors the process may have open: the soft limit.
  public static func descriptorLimit(of pid: Int32) -> UInt64? {
    guard pid > 0, let bytes = ProcessFolder.read("\(pid)/limits") else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first {
      $0.hasPrefix("Max open files")
    }
    return line?.dropFirst("Max open files".count).split(separator: " ").first.flatMap {
      $0 == "unlimited" ? UInt64.max : UInt64($0)
    }
  }

  /// The user whose rights the process has.
  public static func user(of pid: Int32) -> UInt32? {
    (try? FileStatus.of(FilePath("/proc/\(pid)")))?.owner
  }
}
