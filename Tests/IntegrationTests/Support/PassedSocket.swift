import Glibc
import LinuxSystem
import Synchronization
import SystemPackage
import TestSupport

/// A control socket that somebody else than the dispatcher holds, as a socket unit of systemd does.
final class PassedSocket {
  let path: FilePath
  let listener: StreamListener
  private let project: Project

  /// With the link in the project that leads clients to it.
  init(_ project: Project, mode: UInt32 = 0o600) throws {
    self.project = project
    path = project.scratch.path.appending("passed.sock")
    listener = try StreamListener.listen(path, mode: mode)
    try Directory.create(project.service)
    let link = project.service.appending("daemon.sock")
    let outcome = try project.begin(system: "ln", ["-s", path.string, link.string]).finish()
    guard outcome.status == 0 else { throw FaultError("\(outcome)") }
  }

  /// Starts a dispatcher that gets the socket as descriptor 3.
  ///
  /// `pid` is what LISTEN_PID says, in the words of a shell.
  func begin(_ options: String..., announcedTo pid: String = "$$") throws -> SpawnedProcess {
    try begin(options: options, passing: listener.descriptor, announcedTo: pid)
  }

  func begin(
    options: [String], passing descriptor: Descriptor, announcedTo pid: String = "$$"
  ) throws -> SpawnedProcess {
    let errors = try Descriptor.open(
      errorFile, flags: O_WRONLY | O_APPEND | O_CREAT, mode: 0o600)
    let program = try TestPrograms.path("wg-dispatcher")
    let script = "LISTEN_FDS=1 LISTEN_PID=\(pid) LISTEN_FDNAMES=control exec \"$@\""
    var request = SpawnRequest(
      executable: "/bin/sh",
      arguments: ["sh", "-c", script, "sh", program.string, "--dir", project.root.string] + options,
      environment: project.environment, directory: "/")
    request.descriptors = [.init(errors, as: 2), .init(descriptor, as: 3)]
    return try Spawn.run(request)
  }

  private var errorFile: FilePath { project.scratch.path.appending("dispatcher.errors") }

  /// What its dispatchers said on standard error.
  var errors: String { text(of: errorFile) ?? "" }

  /// Waits for the end of a dispatcher, and gives how it ended.
  func end(of dispatcher: SpawnedProcess, within seconds: Double = 60) throws -> ExitStatus {
    try eventually(within: seconds, "the end of the dispatcher") {
      try dispatcher.descriptor.reap()
    }
  }
}

/// Starts a dispatcher whenever somebody connects and none runs: what systemd does for a socket unit.
final class Activator {
  private let thread: BackgroundThread
  private let state = State()

  private final class State: Sendable {
    let isOver = Mutex(false)
    let starts = Mutex(0)
    let failures = Mutex<[String]>([])
  }

  init(_ socket: PassedSocket, options: [String]) {
    // The one thread that uses the socket from here on.
    nonisolated(unsafe) let socket = socket
    thread = BackgroundThread { [state] in
      while !state.isOver.withLock({ $0 }) {
        do {
          try Self.serveOnce(socket, options, state)
        } catch {
          state.failures.withLock { $0.append("\(error)") }
        }
      }
    }
  }

  private static func serveOnce(
    _ socket: PassedSocket, _ options: [String], _ state: State
  ) throws {
    let isCalled = try socket.listener.descriptor.wait(
      for: .readable, until: .after(nanoseconds: 20_000_000))
    guard isCalled else { return }
    let dispatcher = try socket.begin(options: options, passing: socket.listener.descriptor)
    state.starts.withLock { $0 += 1 }
    let isOver = try eventually(within: 300) {
      if state.isOver.withLock({ $0 }) { try? dispatcher.descriptor.signal(.terminate) }
      guard let status = try dispatcher.descriptor.reap() else { return false }
      if status != .exited(0) { state.failures.withLock { $0.append("\(status)") } }
      return true
    }
    if !isOver { state.failures.withLock { $0.append("a dispatcher does not end") } }
  }

  var starts: Int { state.starts.withLock { $0 } }
  var failures: [String] { state.failures.withLock { $0 } }

  /// Ends the dispatcher that runs, and starts no further one.
  func stop() throws {
    state.isOver.withLock { $0 = true }
    try thread.join()
  }
}
