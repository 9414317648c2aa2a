internal import Glibc
public import SystemPackage

extension FilePath {
  /// The absolute path without symbolic links, `.` and `..`; everything in it must exist.
  ///
  /// The corresponding C function is `realpath`.
  public func resolvingSymbolicLinks() throws(Errno) -> FilePath {
    guard let resolved = withPlatformString({ realpath($0, nil) }) else {
      throw Errno(rawValue: errno)
    }
    defer { free(resolved) }
    return FilePath(platformString: resolved)
  }
}
