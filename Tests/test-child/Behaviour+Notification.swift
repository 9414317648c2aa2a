import Glibc
import LinuxSystem
import SystemPackage

extension Behaviour {
  func notify(_ arguments: Arguments) throws {
    try DatagramSocket.open().send(Array(try arguments.text(0).utf8), to: try notifyAddress())
    if arguments.has(1) { Glibc.exit(0) }
    waitForEver()
  }

  func notifyWithDescriptor() throws {
    let pipe = try Pipe()
    try DatagramSocket.open().send(
      Array("READY=1".utf8), with: pipe.writeEnd, to: try notifyAddress())
  }

  private func notifyAddress() throws -> SocketAddress {
    guard let address = CurrentProcess.variable("NOTIFY_SOCKET").flatMap(SocketAddress.init) else {
      throw Errno.invalidArgument
    }
    return address
  }
}
