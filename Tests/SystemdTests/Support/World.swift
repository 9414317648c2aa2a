import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Everything that is shown under a real systemd, one test after the other.
///
/// The tests install, break and purge services of the system that they run on. So they run in a
/// world that is thrown away: `make test-systemd`.
@Suite(.serialized) enum World {
  /// Throws where this is somebody's machine.
  static func require() throws {
    let isWorld = try FileStatus.of("/run/world/command") != nil
    guard isWorld, try FileStatus.of("/run/systemd/system") != nil else {
      throw FaultError(
        "SystemdTests change the system they run on, so they run nowhere but in a world of"
          + " .ci/systemd-world: make test-systemd")
    }
  }

  /// The major version of the systemd that runs.
  static var version: Int {
    get throws {
      let first = try shell("systemctl --version").output.split(separator: " ").dropFirst().first
      return Int(first?.prefix { $0.isNumber } ?? "") ?? 0
    }
  }
}
