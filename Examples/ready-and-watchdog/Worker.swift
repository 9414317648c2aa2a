import Glibc

/// Works for a while, and then hangs.
struct Worker {
  private let supervisor = NotifySocket()

  func run() -> Never {
    supervisor.tell("STATUS=reading a large index")
    rest(milliseconds: 200)
    supervisor.tell("READY=1\nSTATUS=serving")
    for _ in 0..<5 {
      rest(milliseconds: 100)
      supervisor.tell("WATCHDOG=1")
    }
    while true { pause() }
  }

  private func rest(milliseconds: Int32) { poll(nil, 0, milliseconds) }
}

/// Where a program says how it is: the protocol of sd_notify(3), for which no library is needed.
struct NotifySocket {
  private let socket = Glibc.socket(
    AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)

  /// Sends `NAME=value` lines; does nothing when nobody listens.
  func tell(_ lines: String) {
    guard let name = getenv("NOTIFY_SOCKET").map({ Array(String(cString: $0).utf8) }),
      name.count < 108
    else { return }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    // A name that begins with @ is no file; there the kernel wants a zero.
    if name.first == UInt8(ascii: "@") { address.sun_path.0 = 0 }
    let text = Array(lines.utf8)
    let length = MemoryLayout<sa_family_t>.size + name.count
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(socket, text, text.count, 0, $0, socklen_t(length))
      }
    }
  }
}
