internal import CLinuxShims
internal import Glibc
public import SystemPackage

/// Whole files that a reader sees either as they were or as they will be, never in between.
public enum AtomicFile {
  /// How much must be on the disk when a replacement returns.
  public enum Durability: Sendable {
    /// The file and the name: survives a power cut.
    case durable
    /// The file, not the name: after a power cut there is the old file or the new one.
    case whole
    /// Survives this process; after a power cut there may be an empty file.
    case atomic
  }

  /// Replaces the file at `path`: temporary file beside it, fsync, rename, fsync of the folder.
  ///
  /// Blocks for the disk. When it throws, the old file is untouched and the temporary file is gone.
  /// A symbolic link at `path` is replaced, not followed.
  public static func replace(
    _ path: FilePath, with bytes: [UInt8], mode: UInt32 = 0o644,
    durability: Durability = .durable
  ) throws(Errno) {
    try stage(path, bytes, mode: mode, durability: durability).publish()
    if durability == .durable { try synchronizeDirectory(path.removingLastComponent()) }
  }

  /// Makes a rename, a new file or a removal in `directory` survive a power cut.
  ///
  /// Blocks.
  public static func synchronizeDirectory(_ directory: FilePath) throws(Errno) {
    let here = directory.isEmpty ? FilePath(".") : directory
    try Descriptor.open(here, flags: O_RDONLY | O_DIRECTORY, followsLinks: true).synchronize()
  }

  /// Removes the file at `path`; not an error when there is none.
  @discardableResult
  public static func remove(_ path: FilePath) throws(Errno) -> Bool {
    do throws(Errno) {
      try systemCall { path.withPlatformString { unlink($0) } }
      return true
    } catch {
      if error == .noSuchFileOrDirectory { return false }
      throw error
    }
  }

  /// Gives a file another name, replacing what had that name.
  ///
  /// The corresponding C function is `rename`.
  public static func rename(_ from: FilePath, to: FilePath) throws(Errno) {
    try systemCall {
      from.withPlatformString { old in to.withPlatformString { Glibc.rename(old, $0) } }
    }
  }

  /// A new file under a temporary name, written but not yet visible under its own.
  public struct Staged {
    let temporary: FilePath
    let path: FilePath

    /// Gives the file its name.
    ///
    /// The folder still has to be synchronized to make that durable.
    public func publish() throws(Errno) {
      do throws(Errno) {
        try AtomicFile.rename(temporary, to: path)
      } catch {
        discard()
        throw error
      }
    }

    /// Removes the temporary file.
    public func discard() {
      _ = try? AtomicFile.remove(temporary)
    }
  }

  /// Writes the temporary file of a replacement, so that several can be published together.
  public static func stage(
    _ path: FilePath, _ bytes: [UInt8], mode: UInt32 = 0o644, durability: Durability = .durable
  ) throws(Errno) -> Staged {
    let temporary = temporaryName(for: path)
    let file = try Descriptor.open(temporary, flags: O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    let staged = Staged(temporary: temporary, path: path)
    do throws(Errno) {
      try file.writeAll(bytes)
      if durability != .atomic { try file.synchronize() }
    } catch {
      staged.discard()
      throw error
    }
    return staged
  }

  /// Replaces several files of one folder, together, for little more than the price of one.
  ///
  /// Many files are brought to the disk by one `syncfs(2)`, which waits for whatever else that file
  /// system has to write; few by an `fsync(2)` each. When it throws, none has been replaced, unless
  /// it was a rename or the folder's fsync that failed. Blocks.
  public static func replaceAll(
    _ files: [(path: FilePath, bytes: [UInt8])], in directory: FilePath,
    _ durability: Durability = .durable
  ) throws(Errno) {
    if files.isEmpty { return }
    let isLarge = files.count > largeBatch && durability != .atomic
    var staged: [Staged] = []
    do throws(Errno) {
      for file in files {
        staged.append(
          try stage(file.path, file.bytes, durability: isLarge ? .atomic : durability))
      }
      if isLarge { try synchronizeFileSystem(of: directory) }
    } catch {
      for file in staged { file.discard() }
      throw error
    }
    for file in staged { try file.publish() }
    if durability == .durable { try synchronizeDirectory(directory) }
  }

  private static let largeBatch = 8

  private static func synchronizeFileSystem(of directory: FilePath) throws(Errno) {
    let folder = try Descriptor.open(directory, flags: O_RDONLY | O_DIRECTORY, followsLinks: true)
    try systemCall { wg_syncfs(folder.rawValue) }
  }

  private static func temporaryName(for path: FilePath) -> FilePath {
    let name = path.lastComponent?.string ?? "file"
    let unique = "\(getpid())-\(String(RandomBytes.word(), radix: 36))"
    return path.removingLastComponent().appending(".\(name).\(unique).tmp")
  }
}
