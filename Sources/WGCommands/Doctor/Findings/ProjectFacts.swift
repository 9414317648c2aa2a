internal import LinuxSystem
internal import SystemPackage

/// What was found in a project, and about the dispatcher that serves it.
struct ProjectFacts {
  let folder: FilePath
  let fileSystem: FileSystemStatus?
  let permissions: PermissionFacts
  let config: ConfigFacts
  let graph: GraphFacts
  let sessions: SessionFacts
  let chats: ChatFacts
  let leftovers: LeftoverFacts
  let dispatcher: DispatcherFacts
  /// Nil when no unit serves the project.
  let unit: UnitFacts?
  let limits: LimitFacts
  let times: TimeFacts

  var findings: [Finding] {
    let parts: [[Finding]] = [
      [.ok(.project, "the project is \(folder)")], fileSystem.findings, permissions.findings,
      config.findings(dispatcher), graph.findings, sessions.findings, chats.findings(dispatcher),
      leftovers.findings, limits.findings, times.findings, dispatcher.findings,
      unit?.findings(dispatcher) ?? [],
    ]
    return parts.flatMap(\.self)
  }
}

/// The times in a project's files, against the clock.
struct TimeFacts {
  /// Nanoseconds since 1970.
  let now: Int64
  /// The newest change of a file, and which.
  let newest: (at: Int64, file: FilePath)?
  /// By how many nanoseconds the wall clock was set forward (or back, negative) since the running
  /// dispatcher started; nil when none runs.
  let jump: Int64?

  private static let second: Int64 = 1_000_000_000

  var findings: [Finding] { [future, jumped].compactMap(\.self) }

  private var future: Finding? {
    guard let newest, newest.at - now > 60 * Self.second else { return nil }
    let ahead = (newest.at - now) / Self.second
    return .warning(
      .clock, "the clock is \(Self.span(ahead)) behind the newest change, of \(newest.file)",
      meaning: "it was set back, or another machine with another clock writes here; "
        + "new records look older than old ones",
      advice: "compare `date` with a clock that is right")
  }

  private var jumped: Finding? {
    guard let jump, abs(jump) > 10 * Self.second else { return nil }
    let direction = jump > 0 ? "forward" : "back"
    return .note(
      .clock,
      "the clock was set \(direction) by \(Self.span(abs(jump) / Self.second)) while the "
        + "dispatcher ran",
      meaning: "times in its log before and after cannot be compared; delays are not affected")
  }

  /// Roughly, for people.
  private static func span(_ seconds: Int64) -> String {
    switch seconds {
    case ..<120: "\(seconds) seconds"
    case ..<7200: "\(seconds / 60) minutes"
    case ..<172_800: "\(seconds / 3600) hours"
    case _: "\(seconds / 86_400) days"
    }
  }
}
