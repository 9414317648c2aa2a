internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import TimeSpans

extension Project {
  /// Has the dispatcher's keeper start the next one, so that no exit status is lost in between.
  ///
  /// False when there is no keeper: nothing happened.
  func restartByKeeper(within limit: TimeSpan?) throws -> Bool {
    guard let client = try dispatcher() else { return false }
    let limit = limit ?? .seconds(30)
    let status = try ServiceStatus(payload: client.demand(.status, within: limit))
    guard let pid = status.pid, let keeper = status.keeper,
      let process = try? ProcessDescriptor.open(keeper)
    else { return false }
    let deadline = Self.deadline(limit)
    let request = ControlRequest.ShutdownRequest(keepHandlers: true, restart: true)
    let answer = try client.demand(.shutdown(request), within: limit)
    // The keeper may have died just now: the dispatcher ends all the same.
    guard answer["restarts"]?.bool == true else { return false }
    try waitForNext(after: pid, by: process, until: deadline)
    return true
  }

  /// Another dispatcher answers, which it does when it is ready.
  private func waitForNext(
    after pid: Int32, by keeper: ProcessDescriptor, until deadline: Deadline
  ) throws {
    while true {
      if let next = try? runningService(), next.pid != pid { return }
      let hint = "See \(layout.daemonLog)"
      if deadline.hasPassed {
        throw ControlError(.tryAgain, "no dispatcher has come after PID \(pid)", hint: hint)
      }
      let pause = Deadline.after(nanoseconds: 20_000_000)
      if try keeper.descriptor.wait(for: .readable, until: pause) {
        throw ControlError(.failed, "the keeper ended and started no dispatcher", hint: hint)
      }
    }
  }
}
