import Systemd
import Testing

@testable import Dispatcher

@Suite struct `What the dispatcher does for its unit` {
  private func hook(_ arguments: String...) throws -> UnitHook? {
    guard case .unitHook(let hook) = try DispatcherOptions.parse(arguments) else { return nil }
    return hook
  }

  @Test func `is named on the command line, and needs no project`() throws {
    #expect(try hook("--unit-hook", "stop") == .stop)
    #expect(try hook("--unit-hook=stopped") == .stopped)
    #expect(
      try hook("--unit-hook", "over", "--unit", "wg-dispatcher@srv-a.service")
        == .over(unit: "wg-dispatcher@srv-a.service"))
  }

  @Test(arguments: [
    (["--unit-hook", "start"], "--unit-hook: `start` is none of stop, stopped, over"),
    (["--unit-hook", "over"], "--unit-hook over needs --unit"),
    (["--unit-hook", "stop", "--unit", "a.service"], "--unit-hook stop is about its own unit"),
    (["--unit-hook", "over", "--unit", "../a"], "--unit: `../a` is no service's name"),
    (["--unit-hook"], "--unit-hook needs a value"),
  ])
  func `is refused in one line where it makes no sense`(arguments: [String], message: String) {
    #expect(throws: DispatcherOptions.UsageError(message)) {
      try DispatcherOptions.parse(arguments)
    }
  }

  @Test func `leaves handlers alone when and only when the unit is being restarted`() {
    let jobs: [UnitJob?] = [nil, .start, .stop, .restart, .other]
    let leaving = jobs.filter { UnitOutlook(state: "deactivating", job: $0).isRestart }
    #expect(leaving == [.restart])
  }

  @Test(arguments: ["active", "reloading", "activating", "deactivating", "maintenance", ""])
  func `ends nothing of a unit that is up, or on its way`(state: String) {
    let jobs: [UnitJob?] = [nil, .start, .stop, .restart, .other]
    for job in jobs { #expect(!UnitOutlook(state: state, job: job).isOver) }
  }

  @Test(arguments: ["inactive", "failed"])
  func `ends what is left of a unit that is down with no start ahead`(state: String) {
    #expect(UnitOutlook(state: state, job: nil).isOver)
    #expect(UnitOutlook(state: state, job: .stop).isOver)
    let starts: [UnitJob] = [.start, .restart, .other]
    for job in starts { #expect(!UnitOutlook(state: state, job: job).isOver) }
  }
}
