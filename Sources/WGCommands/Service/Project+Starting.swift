internal import ChatStorage
internal import ControlProtocol
internal import JSONLines

extension Project {
  func launcher(options: [String]) throws -> DispatcherLauncher {
    DispatcherLauncher(
      program: try DispatcherProgram.find(environment: context.environment), layout: layout,
      environment: context.environment, options: options)
  }

  /// Starts the dispatcher and tells what runs then.
  func start(_ launcher: DispatcherLauncher) throws -> Report {
    let outcome = try launcher.start()
    guard let status = try runningService() else {
      throw ControlError(
        .failed, "the dispatcher was ready and is gone again", hint: "See \(layout.daemonLog)")
    }
    return Report(status.payload, lines: lines(after: outcome, status))
  }

  private func lines(
    after outcome: DispatcherLauncher.Outcome, _ status: ServiceStatus
  ) -> [String] {
    let first =
      switch outcome {
      case .ready(let pid): "Service started (PID \(pid))"
      case .alreadyRunning: "Service already running (PID \(status.pid.map(String.init) ?? "?"))."
      }
    return [
      first, "Socket: \(SafeText.line(status.socket ?? "none"))", "Log: \(layout.daemonLog)",
    ]
  }
}
