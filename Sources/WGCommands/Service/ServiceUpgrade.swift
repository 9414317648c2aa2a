internal import ArgumentParser
internal import ControlProtocol
internal import JSONLines
internal import SystemPackage
internal import Terminal
internal import TimeSpans

/// The command `wg service upgrade`.
struct ServiceUpgrade: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "upgrade",
    abstract: "Let the dispatcher go on as another program, with everything it has.",
    discussion: """
      The process stays the same: handlers go on, and so do clients. The new program says first what \
      it would do, and does not take over unless that is what the running one would do.
      """)

  @Option(
    help: ArgumentHelp(
      "The new program. Default: the file of the running one, which was replaced.",
      valueName: "path"))
  var program: String?
  @Option(
    help: ArgumentHelp(
      "Give up after so long at each step: the new program's answer, requests under way, its start. "
        + "Default: 10s.", valueName: "span"),
    transform: { try TimeSpan.parse($0) })
  var timeout: TimeSpan?
  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let span = timeout ?? .seconds(10)
    let request = ControlRequest.UpgradeRequest(
      program: program.map { context.absolute($0).string },
      timeoutMilliseconds: UInt64(clamping: span.nanoseconds / 1_000_000))
    let payload = try context.project().neededDispatcher(for: "upgrade", waking: false).demand(
      .upgrade(request), within: Self.limit(span))
    return Report(payload, lines: [Self.line(payload)])
  }

  /// As long as all steps may take.
  private static func limit(_ span: TimeSpan) -> TimeSpan {
    let (steps, overflow) = span.nanoseconds.multipliedReportingOverflow(by: 3)
    let (limit, tooLong) = steps.addingReportingOverflow(30_000_000_000)
    return overflow || tooLong ? .infinity : TimeSpan(nanoseconds: limit)
  }

  private static func line(_ payload: JSONObject) -> String {
    let text = { payload[$0]?.string ?? "?" }
    let count = { payload[$0]?.int ?? 0 }
    return SafeText.line(
      "Dispatcher upgraded from \(text("version_before")) to \(text("version")) in "
        + "\(payload["seconds"]?.double ?? 0) s (PID \(count("pid"))): "
        + "\(count("chats")) chats, \(count("handlers")) handlers and "
        + "\(count("connections")) connections kept")
  }
}
