import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A folder with a path of more than 300 bytes, three times what a socket address holds.
private func deepFolder(in folder: TemporaryDirectory) throws -> FilePath {
  let deep = (0..<4).reduce(folder.path) { path, _ in
    path.appending(String(repeating: "d", count: 80))
  }
  try Directory.create(deep)
  return deep
}

private func bytes(_ result: ReadResult?) -> String? {
  guard case .bytes(let bytes) = result else { return nil }
  return String(decoding: bytes, as: UTF8.self)
}

@Suite struct `A stream socket` {
  @Test(arguments: [false, true])
  func `carries bytes both ways, at a path of any length`(isLong: Bool) throws {
    let folder = try TemporaryDirectory()
    let path = (isLong ? try deepFolder(in: folder) : folder.path).appending("socket")
    let listener = try StreamListener.listen(path)
    #expect(try listener.accept() == nil)
    let client = try UnixStream.connect(path)
    let server = try #require(try listener.accept())
    #expect(try server.read() == .wouldBlock)
    #expect(try client.write(Array("question".utf8)[...]) == .wrote(8))
    #expect(bytes(try server.read()) == "question")
    #expect(try server.write(Array("answer".utf8)[...]) == .wrote(6))
    #expect(bytes(try client.read(maximum: 3)) == "ans")
    try client.finishWriting()
    #expect(try server.read() == .endOfStream)
  }

  @Test(arguments: [UInt32(0o600), 0o660, 0o666], [mode_t(0), 0o022, 0o177])
  func `has exactly the permissions that were asked for`(mode: UInt32, mask: mode_t) async {
    // The umask belongs to the whole process.
    await #expect(processExitsWith: .success) { [mode, mask] in
      let folder = try TemporaryDirectory()
      umask(mask)
      let listener = try StreamListener.listen(folder.file("s"), mode: mode)
      let status = try FileStatus.of(folder.file("s"))
      #expect(status?.permissions == mode)
      withExtendedLifetime(listener) {}
    }
  }

  @Test func `takes the place of a stale one only when told to, and never of a file`() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("socket")
    _ = try StreamListener.listen(path)
    #expect(throws: Errno.connectionRefused) { try UnixStream.connect(path) }
    #expect(throws: Errno.addressInUse) { try StreamListener.listen(path) }
    let listener = try StreamListener.listen(path, replacingStale: true)
    _ = try UnixStream.connect(path)
    #expect(try listener.accept() != nil)
    let file = try folder.write("file", "text")
    #expect(throws: Errno.addressInUse) { try StreamListener.listen(file, replacingStale: true) }
    #expect(text(of: file) == "text")
  }

  @Test func `that is not there is an error`() throws {
    let folder = try TemporaryDirectory()
    #expect(throws: Errno.noSuchFileOrDirectory) { try UnixStream.connect(folder.file("none")) }
    #expect(throws: Errno.noSuchFileOrDirectory) {
      try UnixStream.connect(try deepFolder(in: folder).appending("none"))
    }
    #expect(throws: Errno.invalidArgument) { try UnixStream.connect("") }
    let longName = folder.file(String(repeating: "n", count: 200))
    #expect(throws: Errno.fileNameTooLong) { try StreamListener.listen(longName) }
  }

  @Test func `whose listener does not accept times out`() throws {
    let folder = try TemporaryDirectory()
    let listener = try StreamListener.listen(folder.file("s"), backlog: 0)
    let first = try UnixStream.connect(folder.file("s"), timeout: 20_000_000)
    #expect(throws: Errno.timedOut) {
      try UnixStream.connect(folder.file("s"), timeout: 20_000_000)
    }
    withExtendedLifetime((listener, first)) {}
  }

  @Test func `tells who is on the other side`() throws {
    let (near, far) = try UnixStream.pair()
    let peer = try near.peerCredentials()
    #expect(peer.pid == getpid() && peer.user == getuid() && peer.group == getgid())
    withExtendedLifetime(far) {}
  }

  @Test func `whose other side is gone is an error and no signal`() throws {
    let near = try UnixStream.pair().0
    #expect(throws: Errno.brokenPipe) { try near.write([1]) }
    #expect(try near.read() == .endOfStream)
  }

  @Test func `is written to in parts when its reader is slow`() throws {
    let (near, far) = try UnixStream.pair()
    let block = [UInt8](repeating: 7, count: 1 << 20)
    guard case .wrote(let count) = try near.write(block[...]) else {
      Issue.record("nothing was taken")
      return
    }
    #expect(count < block.count)
    #expect(try near.write([1]) == .wouldBlock)
    #expect(throws: Errno.timedOut) { try near.writeAll([1], until: .now) }
    var received = 0
    while case .bytes(let part) = try far.read() { received += part.count }
    #expect(received == count)
    try near.writeAll([1, 2], until: .never)
    #expect(try far.read() == .bytes([1, 2]))
  }

  @Test func `is adopted only when it listens`() throws {
    let (near, _) = try UnixStream.pair()
    #expect(throws: Errno.invalidArgument) { try StreamListener(adopting: near.descriptor) }
    let folder = try TemporaryDirectory()
    let listener = try StreamListener.listen(folder.file("s"))
    let adopted = try StreamListener(adopting: try listener.descriptor.duplicate())
    _ = try UnixStream.connect(folder.file("s"))
    #expect(try adopted.accept() != nil)
  }

  @Test func `out of descriptors keeps who waits, and says so`() throws {
    let folder = try TemporaryDirectory()
    let said = try TestChild("starve", folder.file("s").string).remainingOutput()
    #expect(said.split(separator: "\n").dropFirst() == ["accept: \(EMFILE)", "with room: taken"])
  }
}

@Suite struct `A datagram socket` {
  private func freshName() -> SocketAddress {
    .abstract("wg-test-\(String(RandomBytes.word(), radix: 36))")
  }

  @Test func `hears a child and knows who it is, by abstract name`() throws {
    let address = freshName()
    let socket = try DatagramSocket.bind(address)
    #expect(try socket.receive() == nil)
    let child = try TestChild("notify", "READY=1\nSTATUS=up") {
      $0.environment.append("NOTIFY_SOCKET=\(address)")
    }
    let datagram = try eventually("a notification") { try socket.receive() }
    #expect(String(decoding: datagram.bytes, as: UTF8.self) == "READY=1\nSTATUS=up")
    #expect(!datagram.isTruncated)
    #expect(datagram.sender?.pid == child.pid)
    #expect(datagram.sender?.user == getuid() && datagram.sender?.group == getgid())
  }

  @Test func `works by a path of any length, with its permissions`() throws {
    let folder = try TemporaryDirectory()
    for path in [folder.file("s"), try deepFolder(in: folder).appending("s")] {
      let socket = try DatagramSocket.bind(.path(path))
      #expect(try FileStatus.of(path)?.permissions == 0o600)
      try DatagramSocket.open().send([1, 2, 3], to: .path(path))
      #expect(try socket.receive()?.bytes == [1, 2, 3])
    }
  }

  @Test func `says when a datagram was cut, and takes empty ones`() throws {
    let address = freshName()
    let socket = try DatagramSocket.bind(address)
    let sender = try DatagramSocket.open()
    try sender.send([UInt8](repeating: 1, count: 100), to: address)
    let cut = try #require(try socket.receive(maximum: 10))
    #expect(cut.isTruncated && cut.bytes.count == 10)
    try sender.send([], to: address)
    #expect(try socket.receive()?.bytes == [])
    #expect(try socket.receive() == nil)
  }

  @Test func `closes descriptors that come along, or hands them over when asked`() throws {
    let address = freshName()
    let socket = try DatagramSocket.bind(address)
    let environment = "NOTIFY_SOCKET=\(address)"
    let child = try TestChild("close-notify") { $0.environment.append(environment) }
    #expect(try child.awaitExit() == .exited(0))
    #expect(try socket.receive()?.descriptors.isEmpty == true)

    let pipe = try Pipe()
    let sender = try DatagramSocket.open()
    try sender.send([1], with: pipe.writeEnd, to: address)
    let kept = try #require(try socket.receive(keepingDescriptors: true)?.descriptors.first)
    try kept.writeAll("through the copy".utf8)
    #expect(bytes(try pipe.readEnd.readAvailable()) == "through the copy")
  }

  @Test func `closes what was not asked for at once`() throws {
    let address = freshName()
    let socket = try DatagramSocket.bind(address)
    let pipe = try sendWriteEnd(to: address)
    _ = try socket.receive()
    #expect(try pipe.readAvailable() == .endOfStream, "no copy of the other end is left")
  }

  /// The read end of a pipe whose write end is on its way.
  private func sendWriteEnd(to address: SocketAddress) throws -> Descriptor {
    let pipe = try Pipe()
    try DatagramSocket.open().send([1], with: pipe.writeEnd, to: address)
    return pipe.readEnd
  }

  @Test func `that nobody has is an error, and so is a full one`() throws {
    let sender = try DatagramSocket.open()
    #expect(throws: Errno.connectionRefused) { try sender.send([1], to: freshName()) }
    let address = freshName()
    let socket = try DatagramSocket.bind(address)
    #expect(throws: Errno.addressInUse) { try DatagramSocket.bind(address) }
    #expect(throws: Errno.wouldBlock) {
      for _ in 0..<100_000 { try sender.send([1], to: address) }
    }
    withExtendedLifetime(socket) {}
  }

  @Test func `has an address that is written as in NOTIFY_SOCKET`() {
    #expect(SocketAddress("@name") == .abstract("name"))
    #expect(SocketAddress("/run/s") == .path("/run/s"))
    #expect(SocketAddress("") == nil && SocketAddress("@") == nil)
    for text in ["@name", "/run/s"] { #expect(SocketAddress(text)?.description == text) }
  }
}
