internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import TimeSpans

extension Project {
  /// Ends the dispatcher and waits until it, and the handlers that end with it, are gone.
  func stopService(
    _ request: ControlRequest.ShutdownRequest, within limit: TimeSpan?
  ) throws -> Report {
    guard let client = try dispatcher() else { return try stopWaitingUnit(within: limit) }
    let status = try ServiceStatus(payload: client.demand(.status, within: .seconds(30)))
    let handlers = request.keepHandlers ? [] : RunningHandler.all(of: status)
    if let unit = try unit(of: status) {
      // Forcing is the dispatcher's business: it alone knows its handlers.
      if request.force { _ = try client.demand(.shutdown(request), within: .seconds(30)) }
      try unit.stop(until: Self.deadline(limit))
    } else {
      try end(client, process(of: status), request, limit ?? Self.defaultLimit(status.options))
    }
    return Self.report(status, handlers)
  }

  private func end(
    _ client: DispatcherClient, _ process: ProcessDescriptor?,
    _ request: ControlRequest.ShutdownRequest, _ limit: TimeSpan
  ) throws {
    let deadline = Self.deadline(limit)
    _ = try client.demand(.shutdown(request), within: limit)
    guard try waitForEnd(of: process, until: deadline) else {
      throw ControlError(
        .tryAgain, "the dispatcher has not ended within \(limit)",
        hint: "`wg service logs` tells what it waits for")
    }
  }

  private func process(of status: ServiceStatus) -> ProcessDescriptor? {
    status.pid.flatMap { try? ProcessDescriptor.open($0) }
  }

  /// No dispatcher runs, but systemd may be about to start one: after a failure, or for a request.
  private func stopWaitingUnit(within limit: TimeSpan?) throws -> Report {
    var lines = ["Service not running"]
    if case .found(let unit) = try installedUnit(), unit.isUp {
      try unit.stop(until: Self.deadline(limit))
      lines.append("Stopped: \(unit.unit.name), which systemd would have started again")
    }
    return Self.stopReport(pid: nil, ended: 0, lines: lines)
  }

  /// systemd has limits of its own, in the unit.
  static func deadline(_ limit: TimeSpan?) -> Deadline {
    limit.map { .after(nanoseconds: $0.nanoseconds) } ?? .never
  }

  /// The options that a new dispatcher must get to be like the one that runs, or that ran until it was
  /// killed: one that is stopped leaves nothing behind.
  func startOptions() throws -> [String] {
    if let service = try runningService() { return service.options }
    return try ServiceState.read(layout)?.options ?? []
  }

  /// Its process is gone and the project is free.
  private func waitForEnd(
    of process: ProcessDescriptor?, until deadline: Deadline
  ) throws -> Bool {
    if let process {
      guard try process.descriptor.wait(for: .readable, until: deadline) else { return false }
    }
    while try DispatcherProbe.isRunning(layout) {
      if process != nil || deadline.hasPassed { return false }
      // Without a descriptor of the process nothing tells that a lock was let go.
      _ = try Waiting.readable([], until: .after(nanoseconds: 20_000_000))
    }
    return true
  }

  private static func defaultLimit(_ options: [String]) -> TimeSpan {
    let given = options.firstIndex(of: "--stop-timeout")
      .flatMap { options.indices.contains($0 + 1) ? options[$0 + 1] : nil }
      .flatMap { try? TimeSpan.parse($0) }
    let (sum, overflow) = (given ?? .seconds(10)).nanoseconds
      .addingReportingOverflow(20_000_000_000)
    return overflow ? .infinity : TimeSpan(nanoseconds: sum)
  }

  private static func report(_ status: ServiceStatus, _ handlers: [RunningHandler]) -> Report {
    let survivors = handlers.filter(\.isAlive)
    let ended = handlers.count - survivors.count
    let pid = status.pid.map { "PID \($0)" } ?? "PID unknown"
    return stopReport(
      pid: status.pid, ended: ended, survivors: survivors,
      lines: ["Service stopped (\(pid)), \(Count.of(ended, "handler")) ended"])
  }

  private static func stopReport(
    pid: Int32?, ended: Int, survivors: [RunningHandler] = [], lines: [String]
  ) -> Report {
    let failure = survivors.first.map {
      ControlError(.failed, "the handler of \($0.taskID) (PID \($0.pid)) is still alive")
    }
    return Report(
      [
        "status": pid == nil ? "not_running" : "stopped",
        "pid": pid.map { .integer($0) } ?? .null, "handlers_ended": .integer(ended),
        "survivors": .array(survivors.map { .integer($0.pid) }),
      ],
      lines: lines, failure: failure)
  }
}
