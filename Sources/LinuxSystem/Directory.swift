internal import Glibc
public import SystemPackage

/// Folders: make them, list them.
public enum Directory {
  /// Makes the folder and those above it; not an error when it is there.
  ///
  /// EEXIST: there is something else of that name, a dangling symbolic link included. `mkdir(2)`.
  public static func create(_ path: FilePath, mode: UInt32 = 0o755) throws(Errno) {
    try create(path, mode) { _ in }
  }

  /// The same, and what it has made survives a power cut; blocks for the disk.
  public static func createDurably(_ path: FilePath, mode: UInt32 = 0o755) throws(Errno) {
    try create(path, mode, made: synchronizeName)
  }

  private static func create(
    _ path: FilePath, _ mode: UInt32, made: (FilePath) throws(Errno) -> Void
  ) throws(Errno) {
    do throws(Errno) {
      try createOne(path, mode, made)
    } catch {
      let parent = path.removingLastComponent()
      guard error == .noSuchFileOrDirectory, !parent.isEmpty, parent != path else { throw error }
      try create(parent, mode, made: made)
      try createOne(path, mode, made)
    }
  }

  private static func createOne(
    _ path: FilePath, _ mode: UInt32, _ made: (FilePath) throws(Errno) -> Void
  ) throws(Errno) {
    do throws(Errno) {
      try systemCall { path.withPlatformString { mkdir($0, mode) } }
    } catch {
      guard error == .fileExists else { throw error }
      let status = try FileStatus.of(path, followsLinks: true)
      if status?.kind != .directory { throw error }
      return
    }
    try made(path)
  }

  /// A folder whose name cannot be made durable is taken away: the next one to find it would take it
  /// for durable.
  private static func synchronizeName(of path: FilePath) throws(Errno) {
    do throws(Errno) {
      try AtomicFile.synchronizeDirectory(path.removingLastComponent())
    } catch {
      _ = try? removeIfEmpty(path)
      throw error
    }
  }

  /// Makes a folder that is its owner's alone, mode 0700, or makes the one that is there so.
  ///
  /// ELOOP, ENOTDIR: something else is there, a symbolic link included. EPERM: it is somebody
  /// else's. `mkdir(2)`, `fchmod(2)`.
  public static func createPrivate(_ path: FilePath) throws(Errno) {
    try create(path, mode: 0o700)
    let folder = try Descriptor.open(path, flags: O_RDONLY | O_DIRECTORY)
    try systemCall { fchmod(folder.rawValue, 0o700) }
  }

  /// Removes a folder that has nothing in it; false when there is something, or no such folder.
  ///
  /// `rmdir(2)`.
  @discardableResult
  public static func removeIfEmpty(_ path: FilePath) throws(Errno) -> Bool {
    do throws(Errno) {
      try systemCall { path.withPlatformString { rmdir($0) } }
      return true
    } catch {
      if [.directoryNotEmpty, .fileExists, .noSuchFileOrDirectory].contains(error) { return false }
      throw error
    }
  }

  /// The names in a folder, without "." and "..", in no order.
  ///
  /// `readdir(3)`.
  public static func names(in path: FilePath) throws(Errno) -> [String] {
    guard let stream = path.withPlatformString({ opendir($0) }) else {
      throw Errno(rawValue: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
