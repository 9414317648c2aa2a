internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage
internal import TimeSpans

extension Project {
  /// A connection to the dispatcher; nil when none runs.
  ///
  /// Where a service manager holds the socket, connecting would start one. That is not done behind the
  /// user's back, but only with `waking`.
  ///
  /// One that holds the project and does not listen is starting or stopping, and is waited for, but not
  /// long.
  /// - Throws: `tryAgain` when it does not listen even then.
  func dispatcher(waking: Bool = false) throws -> DispatcherClient? {
    if isOnDemand, !waking, try !DispatcherProbe.isRunning(layout) { return nil }
    let deadline = Deadline.after(nanoseconds: context.patience.nanoseconds)
    while true {
      if let client = try connect() { return client }
      guard try DispatcherProbe.isRunning(layout) else { return nil }
      if deadline.hasPassed { throw try notListening() }
      // A socket that appears, and a lock that is let go, are told by nothing at once.
      _ = try Waiting.readable([], until: .after(nanoseconds: 20_000_000))
    }
  }

  private func connect() throws -> DispatcherClient? {
    for path in try socketPaths() {
      if let client = try DispatcherClient.connect(path) { return client }
    }
    return nil
  }

  private func notListening() throws -> ControlError {
    let paths = try socketPaths().map(\.string).joined(separator: " or ")
    return ControlError(
      .tryAgain, "a dispatcher holds this project but does not listen on \(paths)",
      hint: "it may be starting or stopping; `wg service logs` tells")
  }

  /// One that makes a change which cannot be made on the files: is started if it has to be.
  func dispatcherForChange() throws -> DispatcherClient? {
    try dispatcher(waking: !mayWriteFiles)
  }

  /// The same for what cannot be done without one.
  func neededDispatcher(for purpose: String, waking: Bool) throws -> DispatcherClient {
    if let client = try dispatcher(waking: waking) { return client }
    throw ControlError(
      .notRunning, "\(purpose) needs the dispatcher, and none runs",
      hint: "start it with `wg service start`")
  }

  /// What the running dispatcher says of itself; nil when none runs.
  func runningService(within limit: TimeSpan = .seconds(30)) throws -> ServiceStatus? {
    guard let client = try dispatcher() else { return nil }
    return try ServiceStatus(payload: client.demand(.status, within: limit))
  }

  /// Where the dispatcher may listen: what it wrote down, then the usual place.
  private func socketPaths() throws -> [FilePath] {
    let written = try? ServiceState.read(layout)?.socketPath
    return ([written, layout.socket].compactMap(\.self) as [FilePath]).reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }
}
