internal import Glibc
public import SystemPackage

/// Symbolic links themselves.
public enum SymbolicLink {
  /// Where a link leads, as it says; EINVAL when it is no link.
  ///
  /// `readlink(2)`.
  public static func target(of path: FilePath) throws(Errno) -> FilePath {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = try systemCall {
      path.withPlatformString { readlink($0, &buffer, buffer.count) }
    }
    let bytes = buffer.prefix(count).map { UInt8(bitPattern: $0) }
    return FilePath(String(decoding: bytes, as: UTF8.self))
  }
}
