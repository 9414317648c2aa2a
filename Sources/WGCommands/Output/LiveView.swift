internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import TimeSpans

/// Shows a report again whenever the dispatcher has decided something: told, not asking.
struct LiveView {
  let project: Project

  /// What comes within this time of a decision is shown together with it.
  private static let gathering: Int64 = 200_000_000

  /// - Throws: `notRunning` when there is no dispatcher, `tryAgain` when it ends.
  func show(_ make: () throws -> Report) throws -> Never {
    let client = try project.neededDispatcher(for: "watching", waking: false)
    _ = try client.demand(.subscribe, within: .seconds(30))
    while true {
      try draw(make())
      try wait(client)
    }
  }

  private func draw(_ report: Report) throws {
    let console = project.context.console
    // Home, and clear below: a person sees one picture; a file gets one after the other.
    if console.isTerminal(.output), !project.context.isJSON {
      console.write(.output, Array("\u{1B}[H\u{1B}[J".utf8))
    }
    _ = report.write(to: console, asJSON: project.context.isJSON)
    if !console.isTerminal(.output), !project.context.isJSON { console.say("") }
  }

  private func wait(_ client: DispatcherClient) throws {
    do {
      _ = try client.next()
      let end = Deadline.after(nanoseconds: Self.gathering)
      while let frame = try client.next(until: end) {
        if case .dropped? = EventFrame(frame) { throw Errno.connectionReset }
      }
    } catch let error as Errno {
      throw ControlError(
        .tryAgain, "the dispatcher has closed the stream (\(error))",
        hint: "`wg service status` tells whether one runs")
    }
  }
}
