internal import Glibc
public import SystemPackage

/// Finds programs the way a shell does, but for folders that depend on where one stands.
public enum ExecutableSearch {
  /// The first executable file called `name` in the folders of `path` (a PATH: colons between); a
  /// name with a slash is looked at itself.
  ///
  /// Nil: none. Folders of `path` that are relative or empty are passed over: they would have a file
  /// of a project be taken for a program of the machine.
  public static func find(_ name: String, path: String?) -> FilePath? {
    if name.isEmpty || name.utf8.contains(0) { return nil }
    if name.contains("/") { return isExecutable(FilePath(name)) ? FilePath(name) : nil }
    let folders = (path ?? "/usr/local/bin:/usr/bin:/bin").split(
      separator: ":")
    return folders.lazy
      .map { FilePath(String($0)) }.filter(\.isAbsolute)
      .map { $0.appending(name) }.first(where: isExecutable)
  }

  /// Whether it is a regular file that this process may execute.
  public static func isExecutable(_ path: FilePath) -> Bool {
    guard let status = try? FileStatus.of(path, followsLinks: true) else { return false }
    return status.kind == .regular && path.withPlatformString { access($0, X_OK) } == 0
  }
}
