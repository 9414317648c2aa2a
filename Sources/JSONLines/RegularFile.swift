internal import Glibc
public import LinuxSystem
public import SystemPackage

/// Opening files that must be just that: no symbolic link, folder, pipe or device in their place.
public enum RegularFile {
  /// Opens a file for reading; nil when there is none.
  ///
  /// Never waits for a pipe's other end.
  public static func openForReading(_ path: FilePath) throws(StorageError) -> Descriptor? {
    let descriptor: Descriptor
    do throws(Errno) {
      descriptor = try Descriptor.open(path, flags: O_RDONLY | O_NONBLOCK)
    } catch {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw StorageError(error, path)
    }
    try verify(descriptor, path)
    return descriptor
  }

  /// Opens a file for reading and appending, and makes it with `mode` when there is none.
  public static func openForAppending(
    _ path: FilePath, mode: UInt32 = 0o644
  ) throws(StorageError) -> Descriptor {
    let flags = O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK
    let descriptor = try StorageError.about(path) { () throws(Errno) in
      try Descriptor.open(path, flags: flags, mode: mode)
    }
    try verify(descriptor, path)
    return descriptor
  }

  private static func verify(_ descriptor: Descriptor, _ path: FilePath) throws(StorageError) {
    let kind = try StorageError.about(path) { () throws(Errno) in try descriptor.status().kind }
    switch kind {
    case .regular: return
    case .directory: throw StorageError(.isDirectory, path)
    case .symbolicLink: throw StorageError(.tooManySymbolicLinkLevels, path)
    case .other:
      throw StorageError(
        file: path, kind: .badData,
        reason: "it is a pipe, socket or device where a file is expected; move it away")
    }
  }
}
