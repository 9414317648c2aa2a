internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage

/// Where the daemon's program is.
enum DispatcherProgram {
  static let name = "wg-dispatcher"

  /// Beside this program, so that a build runs its own daemon; else in PATH.
  static func find(environment: [String: String]) throws -> FilePath {
    if let own = try? CurrentProcess.executable() {
      let beside = own.removingLastComponent().appending(name)
      if ExecutableSearch.isExecutable(beside) { return beside }
    }
    if let found = ExecutableSearch.find(name, path: environment["PATH"]) { return found }
    throw ControlError(
      .notFound, "`\(name)` is neither beside `wg` nor in PATH",
      hint: "install it, or put its folder into PATH")
  }
}
