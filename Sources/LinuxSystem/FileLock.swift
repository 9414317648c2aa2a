internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// A `flock(2)` lock on a file that exists for being locked.
///
/// The lock belongs to the open file description: a child that inherits the descriptor keeps it
/// locked after this process is gone. The kernel releases it when the last copy is closed.
public final class FileLock {
  public enum Mode: Sendable { case shared, exclusive }

  /// The locked descriptor; owned by this lock.
  public let descriptor: Descriptor

  /// Takes over a descriptor that is locked already.
  public init(adopting descriptor: Descriptor) { self.descriptor = descriptor }

  /// Makes the file if needed and waits for the lock.
  ///
  /// Blocks.
  public static func acquire(
    _ path: FilePath, _ mode: Mode = .exclusive
  ) throws(Errno) -> FileLock {
    let descriptor = try open(path)
    try systemCall { flock(descriptor.rawValue, mode == .shared ? LOCK_SH : LOCK_EX) }
    return FileLock(adopting: descriptor)
  }

  /// Makes the file if needed and takes the lock if it is free; nil when somebody else has it.
  public static func tryAcquire(
    _ path: FilePath, _ mode: Mode = .exclusive
  ) throws(Errno) -> FileLock? {
    let descriptor = try open(path)
    return try tryAcquire(descriptor, mode)
  }

  /// Makes the file if needed and waits for the lock, but not long; nil when it stays taken.
  ///
  /// For locks that others may hold for an instant only to see whether they are free. Blocks at most
  /// about `nanoseconds`.
  public static func acquire(_ path: FilePath, within nanoseconds: Int64) throws(Errno) -> FileLock?
  {
    let descriptor = try open(path)
    let (limit, overflow) = Clock.monotonic.addingReportingOverflow(nanoseconds)
    while true {
      if let lock = try tryAcquire(descriptor) { return lock }
      if !overflow && Clock.monotonic >= limit { return nil }
      // Nothing tells when a lock becomes free, short of waiting for it without a limit.
      _ = poll(nil, 0, 5)
    }
  }

  /// Whoever can open a file, if only for reading, can lock it and keep everybody else waiting: so the
  /// file is not for users outside its group, also where an earlier program made it so.
  private static func open(_ path: FilePath) throws(Errno) -> Descriptor {
    let descriptor = try Descriptor.open(path, flags: O_RDWR | O_CREAT | O_NONBLOCK, mode: 0o640)
    let permissions = try descriptor.status().permissions
    if permissions & 0o007 != 0 {
      // Refused where the file is somebody else's: then that one is to be trusted anyway.
      _ = try? systemCall { fchmod(descriptor.rawValue, permissions & 0o770) }
    }
    return descriptor
  }

  /// Takes the lock of an open file if it is free; nil when somebody else has it.
  public static func tryAcquire(
    _ descriptor: Descriptor, _ mode: Mode = .exclusive
  ) throws(Errno) -> FileLock? {
    do throws(Errno) {
      try systemCall {
        flock(descriptor.rawValue, (mode == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB)
      }
    } catch {
      if error == .wouldBlock { return nil }
      throw error
    }
    return FileLock(adopting: descriptor)
  }
}
