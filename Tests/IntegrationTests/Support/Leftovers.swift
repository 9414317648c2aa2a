import LinuxSystem
import SystemPackage
import TestSupport

/// Processes that a test run left behind when it was itself killed.
enum Leftovers {
  static let projectVariable = "WG_TEST_PROJECT"
  static let runnerVariable = "WG_TEST_RUNNER"

  /// This test run, so that a later one can see whether it is gone.
  static let runner: String = {
    let started = ProcessStatus.of(CurrentProcess.pid)?.startTicks ?? 0
    return "\(CurrentProcess.pid).\(started)"
  }()

  /// Ends, once, what dead test runs left running.
  static let end: Void = {
    for process in ProjectProcess.all(withVariable: runnerVariable)
    where isGone(process.variable(runnerVariable) ?? "") {
      process.kill()
    }
  }()

  private static func isGone(_ runner: String) -> Bool {
    let parts = runner.split(separator: ".")
    guard parts.count == 2, let pid = Int32(parts[0]), let started = UInt64(parts[1]) else {
      return false
    }
    return ProcessStatus.of(pid)?.startTicks != started
  }
}
