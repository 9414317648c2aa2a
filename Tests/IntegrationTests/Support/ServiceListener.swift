import LinuxSystem
import SystemPackage
import TestSupport

/// Stands where a service manager does: hears what a dispatcher says at NOTIFY_SOCKET.
final class ServiceListener {
  let address = "@wg-service-\(String(RandomBytes.word(), radix: 36))"
  private let socket: DatagramSocket
  /// Every message so far, in order, lines as they came.
  private(set) var messages: [String] = []
  /// Who said each of them, and how many descriptors came along.
  private(set) var senders: [Int32?] = []
  private(set) var passed: [Int] = []

  init() throws {
    guard let name = SocketAddress(address) else { throw FaultError("no address") }
    socket = try DatagramSocket.bind(name)
  }

  var variable: String { "NOTIFY_SOCKET=\(address)" }

  /// Takes in what has come since the last time, and gives it.
  @discardableResult
  func hear() throws -> [String] {
    var new: [String] = []
    while let datagram = try socket.receive(keepingDescriptors: true) {
      new.append(String(decoding: datagram.bytes, as: UTF8.self))
      senders.append(datagram.sender?.pid)
      passed.append(datagram.descriptors.count)
    }
    messages += new
    return new
  }

  /// Where a message with this line came; waits for it.
  @discardableResult
  func wait(for line: String, in project: Project, from start: Int = 0) throws -> Int {
    var found: Int?
    try project.until("`\(line)` is said") {
      try hear()
      found = index(of: line, from: start)
      return found != nil
    }
    return found ?? 0
  }

  func index(of line: String, from start: Int = 0) -> Int? {
    messages.indices.first {
      $0 >= start && messages[$0].split(separator: "\n").contains(line[...])
    }
  }

  func count(_ prefix: String) -> Int { messages.count { $0.hasPrefix(prefix) } }
}
