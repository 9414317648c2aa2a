internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// Whoever started this dispatcher and waits to hear that it serves: systemd, or `wg service start`.
///
/// systemd is told through libsystemd. Where no systemd runs, the same datagram is sent without it:
/// that library and what it brings along would be the larger part of a resting dispatcher.
final class Starter {
  private let supervisor: ServiceSupervisor?
  private let socket: DatagramSocket
  private let address: SocketAddress

  /// Nil when nobody wants to know.
  init?() {
    guard let address = CurrentProcess.variable("NOTIFY_SOCKET").flatMap(SocketAddress.init),
      let socket = try? DatagramSocket.open()
    else { return nil }
    self.address = address
    self.socket = socket
    supervisor = ServiceSupervisor.fromEnvironment()
  }

  /// It goes on listening after it has heard that the dispatcher is ready.
  var isServiceManager: Bool { supervisor != nil }

  /// Throws when nobody received it; does not block.
  func send(_ notification: ServiceNotification) throws(Errno) {
    if let supervisor {
      let result = supervisor.send(notification)
      if result < 0 { throw Errno(rawValue: -result) }
    } else {
      try socket.send(Array(notification.text.utf8), to: address)
    }
  }

  /// Waits until everything that was said has been read, but not for long.
  ///
  /// sd_notify_barrier(3).
  ///
  /// The other side closes the descriptor that comes with the message when it gets to it.
  func settle(within span: Int64) {
    guard let passed = try? sendBarrier() else { return }
    _ = try? passed.wait(for: .readable, until: .after(nanoseconds: span))
  }

  /// The end of a pipe that hangs up when nobody has the other any more.
  private func sendBarrier() throws(Errno) -> Descriptor {
    let pipe = try Pipe()
    try socket.send(Array("BARRIER=1".utf8), with: pipe.writeEnd, to: address)
    return pipe.readEnd
  }
}
