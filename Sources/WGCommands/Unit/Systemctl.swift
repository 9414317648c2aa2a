internal import ChatStorage
internal import ControlProtocol
internal import LinuxSystem
internal import Terminal

/// The `systemctl` of one service manager.
struct Systemctl {
  let scope: ServiceUnit.Scope
  /// Another user's manager, which root may talk to; nil for the caller's own.
  var user: String?
  private let tool: Tool

  /// - Throws: `notRunning` when systemd does not run here, or has no `systemctl` in PATH.
  init(_ scope: ServiceUnit.Scope, user: String? = nil, in context: CommandContext) throws {
    guard context.host.isRunning else {
      throw ControlError(
        .notRunning, "systemd does not run on this machine",
        hint: "`wg service start` runs the dispatcher without it")
    }
    // Its messages are told apart by their words.
    var environment = context.environment
    environment["LC_ALL"] = "C"
    environment["SYSTEMD_COLORS"] = "0"
    guard let tool = Tool.find("systemctl", environment: environment) else {
      throw ControlError(
        .notRunning, "`systemctl` is not in PATH", hint: "add the folder that has it, /usr/bin")
    }
    self.scope = scope
    self.user = user
    self.tool = tool
  }

  /// As a person would type it.
  func commandLine(_ arguments: [String]) -> [String] {
    ["systemctl"] + scopeOptions + arguments
  }

  /// What the manager says of these units, in their order.
  func facts(_ names: [String]) throws -> [UnitState] {
    let properties = UnitState.properties.joined(separator: ",")
    let text = try demand(["show", "--property=\(properties)", "--"] + names)
    let facts = UnitState.all(in: text)
    guard facts.count == names.count else {
      throw ControlError(
        .failed, "`systemctl show` printed \(facts.count) units, not \(names.count)")
    }
    return facts
  }

  /// Runs it, and gives what it printed.
  /// - Throws: what it complained about; `tryAgain` when the deadline passes, and what was asked for may
  ///   still happen then.
  @discardableResult
  func demand(_ arguments: [String], until deadline: Deadline = .never) throws -> String {
    guard let outcome = try tool.run(scopeOptions + arguments, until: deadline) else {
      throw ControlError(
        .tryAgain, "`\(text(arguments))` was not done in time",
        hint: "`systemctl list-jobs` tells what it waits for")
    }
    guard outcome.status.isSuccess else { throw failure(arguments, outcome) }
    return outcome.output
  }

  private var scopeOptions: [String] {
    switch (scope, user) {
    case (.system, _): []
    case (.user, nil): ["--user"]
    case (.user, .some(let user)): ["--user", "--machine=\(user)@.host"]
    }
  }

  private func text(_ arguments: [String]) -> String {
    commandLine(arguments).joined(separator: " ")
  }
}

extension Systemctl {
  private func failure(_ arguments: [String], _ outcome: Tool.Outcome) -> ControlError {
    let lines = outcome.errors.split(separator: "\n").map { SafeText.line(String($0)) }
    let said = lines.first ?? "\(outcome.status)"
    let message = "`\(text(arguments))`: \(said)"
    if Self.mentions(outcome.errors, ["Failed to connect to", "Failed to get D-Bus connection"]) {
      return ControlError(.notRunning, message, hint: unreachable)
    }
    if Self.mentions(
      outcome.errors, ["Access denied", "authentication required", "Permission denied"])
    {
      return ControlError(.notPermitted, message, hint: "as root: `\(text(arguments))`")
    }
    return ControlError(.failed, message, hint: journalHint(arguments, lines.dropFirst()))
  }

  private static func mentions(_ text: String, _ phrases: [String]) -> Bool {
    phrases.contains { text.contains($0) }
  }

  private var unreachable: String {
    switch scope {
    case .system: "the system's service manager does not answer on its bus"
    case .user:
      """
      this session has no service manager of its own, as after `su` or `sudo`: log in as the user, \
      by ssh or `machinectl shell`, or set XDG_RUNTIME_DIR=/run/user/$(id -u)
      """
    }
  }

  /// Of a unit that did not come up the journal says why.
  private func journalHint(_ arguments: [String], _ more: ArraySlice<String>) -> String? {
    guard ["start", "restart"].contains(arguments.first), let unit = arguments.last else {
      return more.isEmpty ? nil : more.joined(separator: "\n")
    }
    let option = scope == .user ? "--user " : ""
    return "`journalctl \(option)--unit=\(unit) --lines=20` tells why"
  }
}
