internal import Glibc
internal import LinuxSystem
public import SystemPackage

/// A fresh folder that goes away, with all that is in it, when this object does.
public final class TemporaryDirectory {
  /// Absolute, without symbolic links.
  public let path: FilePath

  public init() throws(Errno) {
    path = FilePath("/tmp").appending("wg-test-\(String(RandomBytes.word(), radix: 36))")
    try Directory.create(path, mode: 0o700)
  }

  deinit { FileTree.remove(path) }

  /// The path of a file in the folder, whether it exists or not.
  public func file(_ name: String) -> FilePath { path.appending(name) }

  /// Writes a file in the folder and gives its path.
  @discardableResult
  public func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws(Errno) -> FilePath
  {
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    try Descriptor.open(file(name), flags: flags, mode: mode).writeAll(text.utf8)
    return file(name)
  }
}

/// Whole trees of files.
public enum FileTree {
  /// Removes a file, or a folder with all that is in it, as far as that can be done.
  public static func remove(_ path: FilePath) {
    if let status = try? FileStatus.of(path), status.kind == .directory {
      for name in (try? Directory.names(in: path)) ?? [] { remove(path.appending(name)) }
      _ = path.withPlatformString { rmdir($0) }
    } else {
      _ = try? AtomicFile.remove(path)
    }
  }
}

/// The text of a file; nil when there is none.
public func text(of path: FilePath) -> String? {
  guard let file = try? Descriptor.open(path, flags: O_RDONLY, followsLinks: true),
    let bytes = try? file.readToEnd()
  else { return nil }
  return String(decoding: bytes, as: UTF8.self)
}
