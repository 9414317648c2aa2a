internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// An open file descriptor that is closed once, when its last owner lets go of it.
///
/// Every descriptor made here is close-on-exec. A class, since arrays and dictionaries cannot hold
/// noncopyable values; not `Sendable`, since the programs that use it have one thread.
public final class Descriptor {
  /// The number; valid as long as this object lives.
  public let rawValue: Int32

  /// Takes ownership of an open descriptor.
  public init(owning rawValue: Int32) {
    precondition(rawValue >= 0, "a descriptor is not negative")
    self.rawValue = rawValue
  }

  /// A descriptor of its own on the same open file, close-on-exec.
  ///
  /// EBADF: no such descriptor is open. `fcntl(2)`, F_DUPFD_CLOEXEC.
  public convenience init(copying rawValue: Int32) throws(Errno) {
    // Not `systemCall`, to which a number that is not open is a mistake of this program.
    let copy = fcntl(rawValue, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { throw Errno(rawValue: errno) }
    self.init(owning: copy)
  }

  deinit {
    // close(2): the number is gone even after EINTR, so it is never called twice.
    _ = close(rawValue)
  }

  /// Opens a file, close-on-exec.
  ///
  /// The corresponding C function is `openat`.
  ///
  /// `flags` are those of open(2); O_CLOEXEC is added. Symbolic links in the last component are
  /// refused (ELOOP) unless `followsLinks`.
  public static func open(
    _ path: FilePath, flags: Int32, mode: UInt32 = 0o644, followsLinks: Bool = false
  ) throws(Errno) -> Descriptor {
    let all = flags | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW)
    let number = try systemCall { path.withPlatformString { wg_open($0, all, mode) } }
    return Descriptor(owning: number)
  }
}

extension Descriptor {
  /// Writes all the bytes, going on after short writes.
  ///
  /// The corresponding C function is `write`.
  public func writeAll(_ bytes: some Sequence<UInt8>) throws(Errno) {
    try writeAll(Array(bytes))
  }

  /// Writes all the bytes, going on after short writes.
  ///
  /// The corresponding C function is `write`.
  public func writeAll(_ bytes: [UInt8]) throws(Errno) {
    var done = 0
    while done < bytes.count {
      let start = done
      done += try systemCall {
        bytes.withUnsafeBytes {
          write(rawValue, $0.baseAddress.map { $0 + start }, $0.count - start)
        }
      }
    }
  }

  /// Reads at most `count` bytes at `offset`; fewer only at the end of the file, or when the kernel
  /// has fewer at hand.
  ///
  /// The corresponding C function is `pread`.
  public func read(at offset: Int64, count: Int) throws(Errno) -> [UInt8] {
    var failure: Errno?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(Errno) {
        filled = try systemCall { pread(rawValue, buffer.baseAddress, count, off_t(offset)) }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Everything from `offset` to the end of the file.
  public func readToEnd(from offset: Int64 = 0) throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let chunk = try read(at: offset + Int64(bytes.count), count: 64 * 1024)
      if chunk.isEmpty { return bytes }
      bytes += chunk
    }
  }

  /// What `fstat` says of the file.
  public func status() throws(Errno) -> FileStatus {
    var status = stat()
    try systemCall { fstat(rawValue, &status) }
    return FileStatus(status)
  }

  /// Waits until the file's data and metadata are on the disk.
  ///
  /// Blocks. `fsync`.
  public func synchronize() throws(Errno) {
    try systemCall { fsync(rawValue) }
  }

  /// Cuts or extends the file to `size` bytes.
  ///
  /// `ftruncate`.
  public func truncate(to size: Int64) throws(Errno) {
    try systemCall { ftruncate(rawValue, off_t(size)) }
  }
}
