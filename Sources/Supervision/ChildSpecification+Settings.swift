internal import SupervisionCore

extension ChildSpecification {
  /// Refuses what the kernel or the supervisor could not use.
  func check() throws(SupervisionError) {
    let texts =
      [name, program, workingDirectory ?? "", output.path ?? ""] + arguments
      + environment.flatMap { [$0.key, $0.value] }
    if name.isEmpty { throw refusal("a child needs a name") }
    if name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) {
      throw .badSpecification(child: "?", reason: "a name has no control characters")
    }
    if program.isEmpty { throw refusal("a child needs a program") }
    if workingDirectory?.isEmpty == true { throw refusal("the working directory has no name") }
    if output.path?.isEmpty == true { throw refusal("the output file has no name") }
    if texts.contains(where: { $0.utf8.contains(0) }) { throw refusal("a text has a NUL in it") }
    if let bad = environment.keys.first(where: { $0.isEmpty || $0.contains("=") }) {
      throw refusal("`\(bad)` cannot be the name of a variable")
    }
  }

  private func refusal(_ reason: String) -> SupervisionError {
    .badSpecification(child: name, reason: reason)
  }

  /// Whether the program is given a socket to speak to.
  var speaks: Bool { readiness == .notified || watchdog != nil }

  /// The same in the words of the core.
  var times: ChildTimes {
    var times = ChildTimes()
    times.idleTimeout = TimeSpan(demand.lingering)
    times.stopTimeout = TimeSpan(stopTimeout)
    times.startTimeout = TimeSpan(startTimeout)
    times.backoff = BackoffPolicy(restartDelay)
    times.crashLimit = max(1, startLimit.failures)
    times.crashWindow = TimeSpan(startLimit.interval)
    return times
  }
}

extension BackoffPolicy {
  init(_ delay: RestartDelay) {
    self.init()
    first = TimeSpan(delay.first)
    cap = TimeSpan(max(delay.first, delay.longest))
    stableRun = TimeSpan(delay.stableAfter)
  }
}

extension ChildOutput {
  fileprivate var path: String? {
    if case .file(let path) = self { path } else { nil }
  }
}

extension TimeSpan {
  /// Never negative, and for ever when it does not fit.
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let whole = TimeSpan.seconds(seconds)
    guard duration > .zero else { self = .zero; return }
    guard whole != .infinity else { self = .infinity; return }
    let (sum, overflow) = whole.nanoseconds.addingReportingOverflow(attoseconds / 1_000_000_000)
    self = overflow ? .infinity : TimeSpan(nanoseconds: sum)
  }
}
