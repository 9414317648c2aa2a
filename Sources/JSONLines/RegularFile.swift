internal import Glibc
public import LinuxSystem
public import SystemPackage

/// Opening files that must be just that: no symbolic link, folder, pipe or device in their place.
public enum RegularFile {
  /// Bytes that a file may have; far beyond any real one, and read in about a second.
  ///
  /// A file with a hole in it costs its maker nothing, and whoever reads it hours.
  public static let sizeLimit: Int64 = 1 << 30

  /// Opens a file for reading; nil when there is none.
  ///
  /// Never waits for a pipe's other end. One of more than `limit` bytes is `badData`.
  public static func openForReading(
    _ path: FilePath, limit: Int64 = sizeLimit
  ) throws(StorageError) -> Descriptor? {
    try openWithStatus(path, limit: limit)?.file
  }

  /// The same, with what fstat(2) said of it: many small files are read, and a call each counts.
  public static func openWithStatus(
    _ path: FilePath, limit: Int64 = sizeLimit
  ) throws(StorageError) -> (file: Descriptor, status: FileStatus)? {
    guard let found = try openExisting(path, O_RDONLY) else { return nil }
    try checkSize(found.status.size, path, limit: limit)
    return found
  }

  /// Throws `badData` for a file of more than `limit` bytes.
  public static func checkSize(
    of file: Descriptor, _ path: FilePath, limit: Int64 = sizeLimit
  ) throws(StorageError) {
    try checkSize(
      StorageError.about(path) { () throws(Errno) in try file.status().size }, path, limit: limit)
  }

  private static func checkSize(
    _ size: Int64, _ path: FilePath, limit: Int64
  ) throws(StorageError) {
    guard size > limit else { return }
    throw StorageError(
      file: path, kind: .badData, reason: "it is too large (\(size) bytes); move it away")
  }

  /// Opens a file for reading and writing in place; nil when there is none.
  public static func openForUpdating(_ path: FilePath) throws(StorageError) -> Descriptor? {
    try openExisting(path, O_RDWR)?.file
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
  ) throws(StorageError) -> (file: Descriptor, status: FileStatus)? {
    let descriptor: Descriptor
    do throws(Errno) {
      descriptor = try Descriptor.open(path, flags: access | O_NONBLOCK)
    } catch {
      if error == .noSuchFileOrDirectory || error == .notDirectory { return nil }
      throw StorageError(error, path)
    }
    return (descriptor, try verify(descriptor, path))
  }

  /// Opens a file for reading and appending, and makes it with `mode` when there is none.
  ///
  /// One that is as large as a file may be is `badData`.
  public static func openForAppending(
    _ path: FilePath, mode: UInt32 = 0o644
  ) throws(StorageError) -> Descriptor {
    let flags = O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK
    let descriptor = try StorageError.about(path) { () throws(Errno) in
      try Descriptor.open(path, flags: flags, mode: mode)
    }
    try checkSize(verify(descriptor, path).size, path, limit: sizeLimit)
    return descriptor
  }

  private static func verify(
    _ descriptor: Descriptor, _ path: FilePath
  ) throws(StorageError) -> FileStatus {
    let status = try StorageError.about(path) { () throws(Errno) in try descriptor.status() }
    switch status.kind {
    case .regular: return status
    case .directory: throw StorageError(.isDirectory, path)
    case .symbolicLink: throw StorageError(.tooManySymbolicLinkLevels, path)
    case .socket, .other:
      throw StorageError(
        file: path, kind: .badData,
        reason: "it is a pipe, socket or device where a file is expected; move it away")
    }
  }
}
