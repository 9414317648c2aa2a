internal import LinuxSystem
internal import Systemd

/// Whoever started this dispatcher and waits to hear that it serves: systemd, or `wg service start`.
///
/// systemd is told through libsystemd. Where no systemd runs, the same datagram is sent without it:
/// that library and what it brings along would be the larger part of a resting dispatcher.
final class Starter {
  private enum Channel {
    case systemd(ServiceSupervisor)
    case direct(DatagramSocket, SocketAddress)
  }

  private let channel: Channel

  /// Nil when nobody wants to know.
  init?() {
    if let supervisor = ServiceSupervisor.fromEnvironment() {
      channel = .systemd(supervisor)
    } else if let address = CurrentProcess.variable("NOTIFY_SOCKET").flatMap(SocketAddress.init),
      let socket = try? DatagramSocket.open()
    {
      channel = .direct(socket, address)
    } else {
      return nil
    }
  }

  /// Returns false when nobody received it; does not block.
  func send(_ notification: ServiceNotification) -> Bool {
    switch channel {
    case .systemd(let supervisor): supervisor.send(notification)
    case .direct(let socket, let address):
      (try? socket.send(Array(notification.text.utf8), to: address)) != nil
    }
  }
}
