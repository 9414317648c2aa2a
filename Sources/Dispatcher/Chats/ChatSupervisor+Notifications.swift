internal import LinuxSystem
internal import SupervisionCore
internal import SupervisionDriver

extension ChatSupervisor {
  /// A handler said something.
  ///
  /// Only what comes from the run's own session counts.
  func notified(by pid: Int32, _ lines: [Substring]) {
    guard lines.contains("READY=1"), let child = driver.child(ofProcess: pid),
      let incarnation = driver.machine.state(of: child)?.incarnation
    else { return }
    driver.report(.ready(incarnation), of: child)
  }
}
