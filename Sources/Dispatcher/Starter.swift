internal import LinuxSystem
internal import SystemPackage
internal import Systemd

/// Whoever started this dispatcher and waits to hear that it serves: systemd, or `wg service start`.
///
/// Not through sd_notify(3): its socket blocks. A manager that does not read, since it executes itself
/// anew or has been stopped, leaves room for some datagrams (net.unix.max_dgram_qlen), and then the
/// loop that decides would stand still. Tried with libsystemd 252. The protocol is documented and
/// stable.
final class Starter {
  /// It goes on listening after it has heard that the dispatcher is ready; `wg service start` does
  /// not.
  let isServiceManager: Bool
  private let socket: DatagramSocket
  private let address: SocketAddress

  /// Nil when nobody wants to know.
  init?() {
    guard let address = CurrentProcess.variable("NOTIFY_SOCKET").flatMap(SocketAddress.init),
      let socket = try? DatagramSocket.open()
    else { return nil }
    self.address = address
    self.socket = socket
    isServiceManager = BootedSystem.isSystemd && !Self.isLauncher(address)
  }

  private static func isLauncher(_ address: SocketAddress) -> Bool {
    if case .abstract(let name) = address { name.hasPrefix("wg-start-") } else { false }
  }

  /// Throws when nobody received it, EAGAIN when there is no room for it now; does not block.
  func send(_ notification: ServiceNotification) throws(Errno) {
    try socket.send(Array(notification.text.utf8), to: address)
  }

  /// The same with a copy of a descriptor.
  func send(_ notification: ServiceNotification, with passed: Descriptor) throws(Errno) {
    try socket.send(Array(notification.text.utf8), with: passed, to: address)
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
    try mark(pipe.writeEnd)
    return pipe.readEnd
  }

  /// Passes a descriptor that the other side closes when it gets to it.
  func mark(_ passed: Descriptor) throws(Errno) {
    try socket.send(Array("BARRIER=1".utf8), with: passed, to: address)
  }
}
