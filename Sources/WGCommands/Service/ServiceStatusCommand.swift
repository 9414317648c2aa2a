internal import ArgumentParser
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Terminal
internal import TimeSpans

/// The command `wg service status`.
struct ServiceStatusCommand: WGCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show whether the dispatcher runs, and what its chats do.")

  @Flag(name: [.long, .customShort("w")], help: "Show it again whenever something was decided.")
  var watch = false

  @OptionGroup var global: GlobalOptions

  func perform(in context: CommandContext) throws -> Report {
    let project = try context.project()
    if watch { try LiveView(project: project).show { try report(project) } }
    return try report(project)
  }

  private func report(_ project: Project) throws -> Report {
    let overview = try project.overview(includesArchived: true)
    var status = overview.service ?? ServiceStatus(isRunning: overview.dispatcher == .running)
    status.chats = overview.chats
    let unit = project.unitForStatus(status)
    status.unit = unit?.unit.name
    status.unitScope = unit?.unit.scope.rawValue
    var payload = status.payload
    let memory = status.pid.flatMap { ProcessMemory.resident($0) }
    payload["memory_bytes"] = memory.map { .integer($0) } ?? .null
    payload["log"] = .text(project.layout.daemonLog.string)
    payload["unit_state"] = (unit?.state).map { .text($0) } ?? .null
    return Report(
      payload, lines: Self.lines(status, memory, unit, project),
      notes: overview.notes.filter { $0 != overview.silence?.message },
      failure: overview.silence)
  }

  private static func lines(
    _ status: ServiceStatus, _ memory: Int64?, _ unit: UnitSummary?, _ project: Project
  ) -> [String] {
    let pid = status.pid.map { " (PID \($0))" } ?? ""
    var lines = [status.isRunning ? "Service: running\(pid)" : "Service: not running"]
    if let memory { lines.append("Memory: \(Amount.memory(memory))") }
    if let socket = status.socket { lines.append("Socket: \(SafeText.line(socket))") }
    if let uptime = status.uptimeSeconds { lines.append("Uptime: \(TimeSpan.seconds(uptime))") }
    if let keeper = status.keeper { lines.append("Keeper: PID \(keeper)") }
    if let ends = status.unwatchedEnds {
      lines.append("Ends without a dispatcher: \(ends.sentence)")
    }
    if !status.startsHandlers { lines.append("Handlers: none are started (--no-chat-agent)") }
    lines.append("Log: \(SafeText.line(project.layout.daemonLog.string))")
    lines.append("Chats: \(counts(status.chats))")
    if let unit { lines.append(Self.line(unit)) }
    let busy = status.chats.filter { isBusy($0) }
    return busy.isEmpty ? lines : lines + [""] + ChatTableText.lines(busy)
  }

  /// Whether there is more to say of a chat than its state.
  private static func isBusy(_ chat: ChatStatus) -> Bool {
    switch chat.state {
    case .resting, .archived: chat.pending > 0 || chat.pid != nil
    case .starting, .running, .stopping, .backoff, .parked, .down: true
    }
  }

  /// `Unit: wg-dispatcher@srv-project.service (user manager): enabled, active (running)`.
  private static func line(_ unit: UnitSummary) -> String {
    let manager = "\(unit.unit.scope.rawValue) manager"
    return "Unit: \(SafeText.line(unit.unit.name)) (\(manager)): \(unit.state)"
  }

  /// `3 resting, 1 running`, in the order of the states.
  private static func counts(_ chats: [ChatStatus]) -> String {
    let parts = ChatState.allCases.compactMap { state -> String? in
      let count = chats.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(state.rawValue)"
    }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }
}
