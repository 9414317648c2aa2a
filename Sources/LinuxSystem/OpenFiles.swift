internal import Glibc
internal import SystemPackage

/// Which processes have which files open, as `/proc` shows it to this user.
public enum OpenFiles {
  /// A file, whatever its names are.
  public struct Identity: Hashable, Sendable {
    public let device: UInt64
    public let inode: UInt64

    public init(_ status: FileStatus) {
      device = status.device
      inode = status.inode
    }
  }

  /// The processes that have one of these files open, by file; one look at `/proc` for all of them.
  ///
  /// Processes of other users are not seen without privilege. Takes no lock.
  public static func holders(of files: Set<Identity>) -> [Identity: [Int32]] {
    guard !files.isEmpty else { return [:] }
    var holders: [Identity: [Int32]] = [:]
    for pid in ProcessFolder.numbers(in: "") ?? [] where pid != getpid() {
      for file in Set(open(by: pid)).intersection(files) { holders[file, default: []].append(pid) }
    }
    return holders
  }

  private static func open(by pid: Int32) -> [Identity] {
    let folder = FilePath("/proc/\(pid)/fd")
    let numbers = ProcessFolder.numbers(in: "\(pid)/fd") ?? []
    return numbers.compactMap { number in
      (try? FileStatus.of(folder.appending("\(number)"), followsLinks: true)).map(Identity.init)
    }
  }
}

/// The Unix sockets on which somebody listens, by the names that they were given.
public enum ListeningSockets {
  /// The paths in this network namespace, or nil where they cannot be read; connects to none of them.
  ///
  /// A socket with a long path, or one given relative to a folder, stands under another name.
  /// `/proc/net/unix`.
  public static func paths() -> Set<String>? {
    ProcessFolder.read("net/unix").map(parse)
  }

  /// Lines are `NUM: REFCOUNT PROTOCOL FLAGS TYPE STATE INODE PATH`; the flag 0x10000 is a listener's.
  static func parse(_ table: [UInt8]) -> Set<String> {
    let lines = String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst()
    return Set(
      lines.compactMap { line in
        let fields = line.split(separator: " ", maxSplits: 7)
        guard fields.count == 8, let flags = UInt32(fields[3], radix: 16), flags & 0x10000 != 0
        else { return nil }
        return String(fields[7])
      })
  }
}
