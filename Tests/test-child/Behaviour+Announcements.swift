import Glibc
import LinuxSystem
import SystemPackage

extension Behaviour {
  /// The behaviours that tell the supervisor how they are, or fail to.
  func announce(_ arguments: Arguments) throws {
    let supervisor = try Supervisor()
    switch self {
    case .giveSigns: try giveSigns(supervisor, arguments)
    case .spin:
      supervisor.tell("READY=1")
      while true {}
    case .leave:
      supervisor.tell("READY=1")
      supervisor.tell("STOPPING=1")
      pauseFor(milliseconds: try arguments.number(0))
      Glibc.exit(Int32(truncatingIfNeeded: try arguments.number(1)))
    case .askForTime: try askForTime(supervisor, milliseconds: arguments.number(0))
    case .floodNotify: while true { supervisor.tell("X_NOISE=1") }
    case .exit, .exitAfter, .crash, .crashOn, .hang, .ignoreTerm, .ignoreAll, .stopSelf,
      .neverRead, .flood, .forkTree, .spawnGrandchild, .orphan, .daemonize, .forkBomb, .writePid,
      .readSignals, .printDescriptors, .printSignals, .printEnvironment, .printArguments,
      .printProcess, .notify, .closeNotify, .rewriteGraph, .starve, .play:
      break
    }
  }

  private func giveSigns(_ supervisor: Supervisor, _ arguments: Arguments) throws {
    let interval = try arguments.number(0)
    let count = arguments.has(1) ? try arguments.number(1) : Int.max
    supervisor.tell("READY=1\nSTATUS=giving signs")
    var given = 0
    while given < count {
      supervisor.tell("WATCHDOG=1")
      given += 1
      pauseFor(milliseconds: interval)
    }
    waitForEver()
  }

  private func askForTime(_ supervisor: Supervisor, milliseconds: Int) throws {
    let signals = try SignalDescriptor([.terminate])
    supervisor.tell("READY=1")
    _ = try signals.descriptor.wait(for: .readable, until: .never)
    let end = Clock.monotonic + Int64(milliseconds) * 1_000_000
    while Clock.monotonic < end {
      supervisor.tell("EXTEND_TIMEOUT_USEC=2000000")
      pauseFor(milliseconds: 100)
    }
  }

  private func pauseFor(milliseconds: Int) {
    _ = poll(nil, 0, Int32(clamping: milliseconds))
  }
}

/// Whoever listens at NOTIFY_SOCKET.
private struct Supervisor {
  private let socket: DatagramSocket
  private let address: SocketAddress

  init() throws {
    guard let address = CurrentProcess.variable("NOTIFY_SOCKET").flatMap(SocketAddress.init) else {
      throw Errno.invalidArgument
    }
    self.address = address
    socket = try DatagramSocket.open()
  }

  /// Waits while the receiver's queue is full.
  func tell(_ text: String) {
    while true {
      do throws(Errno) {
        return try socket.send(Array(text.utf8), to: address)
      } catch {
        guard error == .wouldBlock else { return }
        _ = poll(nil, 0, 1)
      }
    }
  }
}
