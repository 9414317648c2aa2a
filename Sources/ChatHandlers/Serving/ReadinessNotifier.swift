internal import LinuxSystem
internal import SystemPackage

/// Tells the dispatcher how the handler is, in the protocol of sd_notify(3).
///
/// A handler whose dispatcher is gone goes on; one whose dispatcher is slow tries again, since a
/// lost `READY=1` would be taken for a failed start.
final class ReadinessNotifier {
  private let socket: DatagramSocket?
  private let address: SocketAddress?
  private var unsent: [String] = []
  private var isReady = false
  private var lastStatus = ""
  /// When to try again what the receiver had no room for.
  private(set) var deadline: Int64?

  /// `address` is `NOTIFY_SOCKET`: a path, or `@` and an abstract name.
  ///
  /// Nil: say nothing.
  init(address: String?) {
    self.address = address.flatMap { SocketAddress($0) }
    socket = self.address == nil ? nil : try? DatagramSocket.open()
  }

  /// `READY=1`, the first time.
  func ready(at now: Int64) {
    if isReady { return }
    isReady = true
    send("READY=1", at: now)
  }

  func stopping(at now: Int64) { send("STOPPING=1", at: now) }

  func watchdog(at now: Int64) { send("WATCHDOG=1", at: now) }

  /// What is under way needs this much more, in nanoseconds from now.
  func needsTime(_ span: Int64, at now: Int64) {
    send("EXTEND_TIMEOUT_USEC=\(span / 1_000)", at: now)
  }

  /// `STATUS=`, when it is another one than before.
  func status(_ text: String, at now: Int64) {
    let line = ForeignWords.line(text, bytes: ReadinessNotifier.statusLimit)
    if line == lastStatus { return }
    lastStatus = line
    send("STATUS=\(line)", at: now)
  }

  /// Bytes of a status; a datagram has room for more.
  private static let statusLimit = 1000

  private func send(_ line: String, at now: Int64) {
    guard socket != nil else { return }
    unsent.append(line)
    flush(at: now)
  }

  /// Sends what could not be sent before.
  ///
  /// All of it in one datagram.
  func flush(at now: Int64) {
    guard let socket, let address, !unsent.isEmpty else { return }
    deadline = nil
    do throws(Errno) {
      try socket.send(Array(unsent.joined(separator: "\n").utf8), to: address)
    } catch {
      if error == .wouldBlock, unsent.count < ReadinessNotifier.mostUnsent {
        deadline = now + ReadinessNotifier.retryDelay
        return
      }
    }
    unsent = []
  }

  private static let retryDelay: Int64 = 100_000_000
  private static let mostUnsent = 64
}
