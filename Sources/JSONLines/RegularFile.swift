internal import Glibc
public import LinuxSystem
public import SystemPackage

/// Opening files that must be just that: no symbolic link, folder, pipe or device in their place.
public enum RegularFile {
  /// Opens a file for reading; nil when there is none.
  ///
  /// Never waits for a pipe's other end.
  public static func openForReading(_ path: FilePath) throws(StorageError) -> Descriptor? {
    try openExisting(path, O_RDONLY)
  }

  /// Opens a file for reading and writing in place; nil when there is none.
  public static func openForUpdating(_ path: FilePath) throws(StorageError) -> Descriptor? {
    try openExisting(path, O_RDWR)
  }

  /// Makes an empty file and opens it for reading and writing; nil when there is something already.
  public static func create(
    _ path: FilePath, mode: UInt32 = 0o644
  ) throws(StorageError) -> Descriptor? {
    do throws(Errno) {
      return try Descriptor.open(path, flags: O_RDWR | O_CREAT | O_EXCL, mode: mode)
    } catch {
      if error == .fileExists { return nil }
      throw StorageError(error, path)
    }
  }

  private static func openExisting(
    _ path: FilePath, _ access: Int32
  ) throws(StorageError) -> Descriptor? {
    let descriptor: Descriptor
    do throws(Errno) {
      descriptor = try Descriptor.open(path, flags: access | O_NONBLOCK)
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
    case .socket, .other:
      throw StorageError(
        file: path, kind: .badData,
        reason: "it is a pipe, socket or device where a file is expected; move it away")
    }
  }
}
