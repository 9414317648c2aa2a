internal import LinuxSystem
public import SystemPackage

/// The programs of the package, as built together with the tests.
public enum TestPrograms {
  /// Of `wg`, `wg-dispatcher`, `test-child` and so on.
  public static func path(_ name: String) throws -> FilePath {
    let candidates = try folders().map { $0.appending(name) }
    guard let found = candidates.first(where: ExecutableSearch.isExecutable) else {
      throw FaultError("\(name) was not built: looked for \(candidates)")
    }
    return found
  }

  /// The root of the package's sources.
  public static let packageRoot: FilePath =
    FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

  /// `WG_TEST_PROGRAMS` where it is set, to test other builds; else beside the test program, and
  /// where `swift build` puts things.
  private static func folders() throws -> [FilePath] {
    if let folder = CurrentProcess.variable("WG_TEST_PROGRAMS") { return [FilePath(folder)] }
    let test = try CurrentProcess.executable().removingLastComponent()
    let build = packageRoot.appending(".build")
    return [test, build.appending("debug"), build.appending("release")]
  }
}
