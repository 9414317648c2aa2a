internal import ArgumentParser
internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import Terminal
internal import TimeSpans

/// The command `wg session release`.
struct SessionReleaseCommand: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Ask who holds a session to let go, and wait until it did.",
    discussion: """
      A terminal is asked by a file, and lets go at the end of its turn; a handler gets SIGTERM. \
      Nobody is killed. The dispatcher starts a handler again when one is needed: to keep it from \
      that, `wg chat stop`.
      """)

  @OptionGroup var target: SessionTarget

  @Option(
    help: ArgumentHelp(
      "How long to wait. Default 10s; 0 asks and does not wait.", valueName: "span"),
    transform: { try TimeSpan.parse($0) })
  var wait: TimeSpan = .seconds(10)

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    let entry = try project.session(target.session)
    let outcome = try project.catalog.release(entry.id)
      .run(until: wait.nanoseconds > 0 ? .after(nanoseconds: wait.nanoseconds) : .now)
    switch outcome {
    case .free:
      return Report(payload(entry, nil, changed: false), lines: ["Nobody holds it."])
    case .released(let holder):
      return Report(
        payload(entry, holder, changed: true),
        lines: ["Process \(holder.pid) has let go of it."])
    case .stillHeld(let holder):
      return Report(payload(entry, holder, changed: false), failure: refusal(holder))
    }
  }

  private func payload(
    _ entry: Sessions.Entry, _ holder: LockHolder?, changed: Bool
  ) -> JSONObject {
    let standing = holder.map { SessionLock.Standing.held($0) } ?? .free
    return [
      "uuid": .text(entry.id.text), "released": .bool(changed), "holder": standing.json,
    ]
  }

  private func refusal(_ holder: LockHolder) -> ControlError {
    ControlError(
      .tryAgain, "process \(holder.pid) (\(SafeText.line(holder.kind))) still holds it",
      hint: "it may be in a turn: ask again later, or look at `ps -fp \(holder.pid)`")
  }
}
