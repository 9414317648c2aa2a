internal import LinuxSystem
internal import SupervisionCore
internal import SystemPackage

/// Receives what handlers say of themselves: READY=1 and its kin, as in sd_notify(3).
final class NotifyReceiver {
  /// The address as NOTIFY_SOCKET has it: abstract, so that no path is too long for it.
  let address: String
  private let socket: DatagramSocket

  /// `report` gets the sender's process id and the message's lines.
  init(loop: EventLoop, report: @escaping (Int32, [Substring]) -> Void) throws(Errno) {
    let name = "wg-notify-\(CurrentProcess.pid)-\(String(RandomBytes.word(), radix: 16))"
    address = "@\(name)"
    let socket = try DatagramSocket.bind(.abstract(name))
    self.socket = socket
    _ = try loop.add(socket.descriptor, for: .readable) { _ in
      Self.drain(socket, report)
    }
  }

  /// A bounded number each turn: a handler that floods must not keep the loop.
  private static func drain(_ socket: DatagramSocket, _ report: (Int32, [Substring]) -> Void) {
    for _ in 0..<64 {
      guard let datagram = try? socket.receive() else { return }
      guard let sender = datagram.sender, !datagram.isTruncated,
        let text = String(validating: datagram.bytes, as: UTF8.self)
      else { continue }
      report(sender.pid, text.split(separator: "\n"))
    }
  }
}
