internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem
internal import SystemPackage
internal import Terminal

extension Project {
  func launcher(options: [String]) throws -> DispatcherLauncher {
    DispatcherLauncher(
      program: try DispatcherProgram.find(environment: context.environment), layout: layout,
      environment: context.environment, options: options)
  }

  /// Starts the dispatcher, by systemd where a unit serves the project, and tells what runs then.
  func start(options: [String]) throws -> Report {
    switch try installedUnit() {
    case .found(let unit):
      guard options.isEmpty else { throw Self.optionsOfUnit(unit) }
      try unit.start()
      return try startedReport()
    case .none: return try startDirectly(options: options)
    case .gone(let unit, let reason):
      var report = try startDirectly(options: options)
      report.notes.append(Self.gone(unit, reason))
      return report
    }
  }

  /// Makes this process the dispatcher; returns only by throwing.
  ///
  /// A unit that serves the project may do so itself, by `ExecStart=`. Beside such a unit it would hold
  /// the project that the unit believes to be its own.
  func becomeDispatcher(options: [String]) throws {
    if context.environment["SYSTEMD_EXEC_PID"] != String(CurrentProcess.pid),
      case .found(let unit) = try installedUnit()
    {
      throw ControlError(
        .usage, "\(unit.unit.name) serves this project; `--foreground` would run beside it",
        hint: "`wg service start` starts the unit; `wg service uninstall` removes it")
    }
    try refuseToRunAsRoot()
    try launcher(options: options).replaceThisProcess()
  }

  /// Starts it without systemd.
  func startDirectly(options: [String]) throws -> Report {
    try refuseToRunAsRoot()
    return switch try launcher(options: options).start() {
    case .ready: try startedReport()
    case .alreadyRunning: try startedReport(wasRunning: true)
    }
  }

  /// A dispatcher runs what the project's files say, so root starts none for somebody else's.
  ///
  /// An owner without an account is nobody who could be harmed or do harm here: a container often has
  /// the files of one.
  func refuseToRunAsRoot() throws {
    guard CurrentProcess.user == 0, let owner = try owner(), owner.user != 0 else { return }
    throw ControlError(
      .notPermitted, "the project belongs to \(owner.name): its handlers would run as root",
      hint: "`sudo -u \(owner.name) wg service start`, or `wg service install --system`")
  }

  /// What runs now that something was started.
  func startedReport(wasRunning: Bool = false, notes: [String] = []) throws -> Report {
    guard let status = try runningService() else {
      throw ControlError(
        .failed, "the dispatcher was ready and is gone again", hint: "See \(layout.daemonLog)")
    }
    let pid = status.pid.map { "PID \($0)" } ?? "PID unknown"
    let lines = [
      wasRunning ? "Service already running (\(pid))." : "Service started (\(pid))",
      "Socket: \(SafeText.line(status.socket ?? "none"))",
      "Log: \(SafeText.line(layout.daemonLog.string))",
    ]
    return Report(status.payload, lines: lines, notes: notes)
  }

  /// What a person should know who meets the traces of a unit that is no more.
  static func gone(_ unit: ServiceUnit, _ reason: String) -> String {
    "\(unit.name) was installed for this project, but \(reason): went on without it; "
      + "`wg service uninstall` forgets it, `wg service install` brings it back"
  }

  private static func optionsOfUnit(_ unit: ServingUnit) -> ControlError {
    let edit = unit.systemctl.commandLine(["edit", unit.unit.name]).joined(separator: " ")
    return ControlError(
      .usage, "\(unit.unit.name) serves this project, and its options are in the unit",
      hint: "set ExecStart= by `\(edit)`, then `wg service restart`")
  }
}
