internal import LinuxSystem

/// The systemd unit that serves a project.
struct UnitFacts {
  let name: String
  let isUserUnit: Bool
  /// Whether it is only the one that could serve the project: of no interest unless it is in use.
  var isGuess = false
  /// Why nothing is known of it; nil when the properties are.
  var failure: String?
  /// As `systemctl show` prints them.
  var properties: [String: String] = [:]
}

extension UnitFacts {
  func findings(_ dispatcher: DispatcherFacts) -> [Finding] {
    if let failure {
      return [
        .warning(
          .unit, "\(name) cannot be asked about: \(failure)",
          meaning: "whether it runs cannot be told", advice: "\(control) status \(name)")
      ]
    }
    if properties["LoadState"] != "loaded" { return [notLoaded] }
    let found = [
      failed, reload, disabled, stranger(dispatcher), delegation(dispatcher), watchdog,
    ].compactMap(\.self)
    return found.isEmpty ? [.ok(.unit, summary)] : found
  }

  /// Whether somebody has enabled or started it.
  var isInUse: Bool {
    let state = properties["ActiveState"] ?? "inactive"
    return properties["LoadState"] == "loaded"
      && (state != "inactive" || properties["UnitFileState"] == "enabled")
  }

  private var control: String { isUserUnit ? "systemctl --user" : "systemctl" }
  private var isActive: Bool { properties["ActiveState"] == "active" }

  private var summary: String {
    let state = "\(properties["ActiveState"] ?? "?") (\(properties["SubState"] ?? "?"))"
    return "\(name) is \(state), \(properties["UnitFileState"] ?? "?")"
  }

  private var notLoaded: Finding {
    .problem(
      .unit, "\(name) is to serve this project, and is \(properties["LoadState"] ?? "unknown")",
      meaning: "after the next boot nothing serves it",
      advice: "wg service install makes it anew; wg service uninstall forgets it")
  }

  private var failed: Finding? {
    guard properties["ActiveState"] == "failed" else { return nil }
    return .problem(
      .unit, "\(name) failed: \(properties["Result"] ?? "no reason")",
      meaning: "systemd has given up starting it",
      advice: "\(control) status \(name); then \(control) reset-failed \(name) and start it")
  }

  private var reload: Finding? {
    guard properties["NeedDaemonReload"] == "yes" else { return nil }
    return .warning(
      .unit, "the files of \(name) were changed since systemd read them",
      meaning: "it goes by the old ones", advice: "\(control) daemon-reload, then restart it")
  }

  private var disabled: Finding? {
    // A unit that a socket starts need not be enabled itself.
    guard properties["UnitFileState"] == "disabled", properties["TriggeredBy", default: ""].isEmpty
    else { return nil }
    return .note(
      .unit, "\(name) is disabled", meaning: "it does not start at boot",
      advice: "\(control) enable \(name)")
  }

  private func stranger(_ dispatcher: DispatcherFacts) -> Finding? {
    guard let answer = dispatcher.answer else { return nil }
    // The main process is the dispatcher, or its keeper.
    let own = [answer.pid, answer.keeper].compactMap { $0.map(String.init) }
    guard !own.contains(properties["MainPID"] ?? "") else { return nil }
    return .warning(
      .unit, "the dispatcher that runs (pid \(answer.pid)) is not that of \(name)",
      meaning: "it was started by hand; systemd neither restarts nor stops it",
      advice: "wg service stop, then \(control) start \(name)")
  }

  private func delegation(_ dispatcher: DispatcherFacts) -> Finding? {
    guard isActive, properties["Delegate"] != "yes" else {
      return dispatcher.group.flatMap(controllers)
    }
    return .warning(
      .unit, "\(name) has no Delegate=yes",
      meaning: "handlers get no control groups of their own: no limits, and no kill at one blow",
      advice: "\(control) revert \(name), or take the drop-in away that changes it")
  }

  private func controllers(_ group: ControlGroupView) -> Finding? {
    guard isActive, let missing = group.missingControllers else { return nil }
    return .note(
      .unit, "\(name) may make groups, without a controller for \(missing)",
      meaning: "limits of chats on memory and tasks have no effect",
      advice: isUserUnit ? "see Delegate= in user@.service" : nil)
  }

  private var watchdog: Finding? {
    guard isActive, ["0", "infinity"].contains(properties["WatchdogUSec"] ?? "0") else {
      return nil
    }
    return .note(
      .unit, "\(name) has no watchdog", meaning: "a dispatcher that hangs is not restarted",
      advice: "WatchdogSec=, see systemd.service(5)")
  }
}
