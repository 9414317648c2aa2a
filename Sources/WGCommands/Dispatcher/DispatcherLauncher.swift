internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import LinuxSystem
internal import SystemPackage
internal import Terminal

/// Starts the daemon and waits until it says that it is ready.
///
/// The daemon gets its own session, nothing of this terminal, and a notify socket as from systemd;
/// this program watches both its readiness and its death.
struct DispatcherLauncher {
  let program: FilePath
  let layout: ProjectLayout
  let environment: [String: String]
  /// After `--dir DIR`.
  let options: [String]

  /// How a start can end without being an error.
  enum Outcome {
    case ready(pid: Int32)
    /// It ended at once because another one holds the project.
    case alreadyRunning
  }

  /// Blocks until the daemon is ready, at most 30 seconds; then it is told to end.
  func start() throws -> Outcome {
    let unique = "\(CurrentProcess.pid)-\(String(RandomBytes.word(), radix: 36))"
    let address = SocketAddress.abstract("wg-start-\(unique)")
    let socket = try DatagramSocket.bind(address)
    let logged = try sizeOfLog()
    let daemon = try spawn(notifying: address)
    return try wait(for: daemon, on: socket, loggedBefore: logged)
  }

  /// Becomes the daemon.
  ///
  /// Returns only by throwing.
  func replaceThisProcess() throws {
    try CurrentProcess.execute(program, arguments)
  }

  private var arguments: [String] {
    [program.string, "--dir", layout.root.string] + options
  }

  private func spawn(notifying socket: SocketAddress) throws -> SpawnedProcess {
    let log = try openLog()
    var variables = environment
    variables["NOTIFY_SOCKET"] = socket.description
    // They are about whoever runs this command.
    variables["WATCHDOG_USEC"] = nil
    variables["WATCHDOG_PID"] = nil
    return try Spawn.run(
      SpawnRequest(
        executable: program, arguments: arguments,
        environment: variables.map { "\($0.key)=\($0.value)" }.sorted(), directory: "/",
        descriptors: [.init(log, as: 1), .init(log, as: 2)], placement: .ownSession))
  }

  private func openLog() throws(StorageError) -> Descriptor {
    try StorageError.about(layout.service) { () throws(Errno) in
      try Directory.createDurably(layout.service)
    }
    return try StorageError.about(layout.daemonLog) { () throws(Errno) in
      try RegularLog.openForAppending(layout.daemonLog)
    }
  }

  private func wait(
    for daemon: SpawnedProcess, on socket: DatagramSocket, loggedBefore: Int64
  ) throws -> Outcome {
    let deadline = Deadline.after(nanoseconds: 30_000_000_000)
    while true {
      let ready = try Waiting.readable(
        [socket.descriptor, daemon.descriptor.descriptor], until: deadline)
      if ready[0], try saysReady(socket) { return .ready(pid: daemon.pid) }
      if ready[1] { return try ended(daemon, loggedBefore) }
      if !ready.contains(true) { throw giveUp(daemon) }
    }
  }

  /// Reads what has been said; lines as in sd_notify(3).
  ///
  /// Any user of the machine can send to an abstract name: what others say does not count.
  private func saysReady(_ socket: DatagramSocket) throws -> Bool {
    while let datagram = try socket.receive() {
      guard datagram.sender?.user == CurrentProcess.user else { continue }
      let lines = String(decoding: datagram.bytes, as: UTF8.self).split(separator: "\n")
      if lines.contains("READY=1") { return true }
    }
    return false
  }

  private func ended(_ daemon: SpawnedProcess, _ loggedBefore: Int64) throws -> Outcome {
    let status = try daemon.descriptor.reap()
    if (try? DispatcherProbe.isRunning(layout)) == true { return .alreadyRunning }
    let lines = try logLines(after: loggedBefore)
    let cause = status.map { "\($0)" } ?? "unknown status"
    throw ControlError(
      CommandStatus.code(of: status), "the dispatcher ended before it was ready (\(cause))",
      hint: lines.isEmpty ? "See \(layout.daemonLog)" : lines.joined(separator: "\n"))
  }

  private func giveUp(_ daemon: SpawnedProcess) -> ControlError {
    try? daemon.descriptor.signal(.terminate)
    return ControlError(
      .tryAgain, "the dispatcher was not ready within 30s and was told to end",
      hint: "See \(layout.daemonLog)")
  }

  private func sizeOfLog() throws -> Int64 {
    try FileStatus.of(layout.daemonLog)?.size ?? 0
  }

  /// The last lines that the daemon wrote before it ended.
  private func logLines(after offset: Int64) throws -> [String] {
    guard let file = try LogTail.open(layout.daemonLog) else { return [] }
    let bytes = try file.readToEnd(from: offset)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").suffix(10)
      .map { SafeText.line(String($0)) }
  }
}
