import LinuxSystem
import SupervisionCore
import SupervisionDriver
import SystemPackage
import TestSupport

/// Carries a script out under the real kernel, by the driver and the core that the dispatcher has.
final class RealProcesses {
  private let world: DriverWorld
  private let child: ChildID
  private let script: ProcessScript
  private var stranger: ProcessDescriptor?
  private var seen = 0

  init(_ script: ProcessScript) throws {
    self.script = script
    world = try DriverWorld(script.settings)
    if !script.program.exists { world.executable = "/nonexistent/program" }
    child = world.add(1, script.program.words)
    try world.run { !world.driver.hasWork }
    // Whoever found it by hand is its parent, and says how it ended.
    world.driver.witness = { [weak self] _ in try? self?.stranger?.reap() }
  }

  /// Takes a step and waits for one of its outcomes; the decisions that it led to.
  func perform(
    _ step: ProcessScript.Step, expecting outcomes: Set<SimulatedProcesses.Outcome>,
    within seconds: Int64
  ) throws -> SimulatedProcesses.Outcome {
    try take(step)
    let least = outcomes.map(\.decisions.count).min() ?? 0
    let states = Set(outcomes.map(\.state))
    do {
      try world.run(within: seconds) {
        guard let state = world.state(child), states.contains(state) else { return false }
        return !world.driver.hasWork && world.decisions.count - seen >= least
      }
    } catch is FaultError {
      // The comparison says what is there instead.
    }
    let isLive = world.driver.leader(of: child) != nil
    if isLive, step == .run || step == .foreigner { try awaitReadiness() }
    defer { seen = world.decisions.count }
    return SimulatedProcesses.Outcome(
      decisions: world.decisions[seen...].map(\.summary), state: world.state(child) ?? .resting)
  }

  /// Ends whatever is left.
  func finish() throws {
    for process in world.driver.processes(of: child) {
      _ = try? ProcessDescriptor.open(process).signal(.kill)
    }
    try world.finish()
    _ = try? stranger?.reap()
  }

  private func take(_ step: ProcessScript.Step) throws {
    switch step {
    case .run:
      world.driver.report(.consumerAttached, of: child)
      world.driver.report(.consumerDetached, of: child)
    case .foreigner: try startStranger()
    case .exit(let code): try leader().signal(code == 0 ? .user1 : .user2)
    case .die(let number): try leader().signal(Signal(rawValue: number))
    case .freeze: try freeze()
    case .interrupt: world.driver.report(.interruptRequested, of: child)
    case .stop: world.driver.report(.stopRequested, of: child)
    case .start: world.driver.report(.startRequested, of: child)
    case .archive: world.driver.report(.archiveRequested(.archive, grace: nil), of: child)
    case .restore: world.driver.report(.restoreRequested, of: child)
    }
  }

  private func leader() throws -> ProcessDescriptor {
    guard let leader = world.driver.leader(of: child) else { throw FaultError("no leader") }
    return leader
  }

  private func freeze() throws {
    let leader = try leader()
    try leader.signalGroup(.stop)
    guard eventually({ ProcessTable.state(leader.pid) == "T" }) else {
      throw FaultError("it does not stop")
    }
  }

  private func startStranger() throws {
    _ = try? stranger?.reap()
    guard case .run(let request, _, _, _) = world.launch(child, Incarnation(0)) else { return }
    let process = try Spawn.run(request).descriptor
    world.driver.unsupervised.insert(process.pid)
    stranger = process
    world.driver.reportHolder(try ProcessDescriptor.open(process.pid), of: child)
  }

  /// The leader waits for its signals, and what it has started is as the script says.
  private func awaitReadiness() throws {
    let leader = try leader().pid
    let program = script.program
    let isReady = eventually {
      // SIGUSR1 and SIGUSR2, and no other: while it starts something, all are blocked.
      guard signalMask(leader, "SigBlk") == 0xA00 else { return false }
      let started = ProcessTable.descendants(of: leader)
      guard started.count == (program.leftover == .none ? 0 : 1) else { return false }
      return program.leftover != .stubborn
        || started.allSatisfy { (signalMask($0, "SigIgn") ?? 0) & 0x4003 == 0x4003 }
    }
    guard isReady else { throw FaultError("the program does not come to its point: \(script)") }
  }
}

extension ProcessScript.Program {
  /// Of test-child.
  var words: [String] {
    var words = [exists ? "play" : "nothing"]
    if ignoresTerminate { words.append("ignore-term") }
    if ignoresInterrupt { words.append("ignore-int") }
    if leftover != .none { words.append("leave-\(leftover.rawValue)") }
    if isApart { words.append("apart") }
    return words
  }
}

/// A line of `/proc/PID/status`, such as `SigIgn`.
func signalMask(_ pid: Int32, _ field: String) -> UInt64? {
  guard let status = text(of: FilePath("/proc/\(pid)/status")) else { return nil }
  let line = status.split(separator: "\n").first { $0.hasPrefix(field) }
  return line.flatMap { UInt64($0.split(separator: "\t").last ?? "", radix: 16) }
}
