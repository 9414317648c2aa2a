import Glibc
import LinuxSystem
import SupervisionCore
import SystemPackage
import TestSupport
import Testing

@testable import SupervisionDriver

/// Where the handlers' sockets are.
struct NotifySocketsTests {
  private let directory: TemporaryDirectory
  private var folder: FilePath { directory.file("notify") }

  init() throws { directory = try TemporaryDirectory() }

  private func address(in folder: FilePath) throws -> SocketAddress {
    try NotifySockets(in: folder).bind(ChildID(3), Incarnation(7)).address
  }

  private func isAbstract(_ address: SocketAddress) -> Bool {
    if case .abstract = address { true } else { false }
  }

  @Test func `a socket is a file that the owner alone reaches, and is removed`() throws {
    try Directory.create(folder, mode: 0o755)
    let sockets = NotifySockets(in: folder)
    let bound = try sockets.bind(ChildID(3), Incarnation(7))
    #expect(bound.address == .path(folder.appending("3-7")))
    #expect(try FileStatus.of(folder)?.permissions == 0o700)
    #expect(try FileStatus.of(folder.appending("3-7"))?.permissions == 0o600)
    try DatagramSocket.open().send(Array("READY=1".utf8), to: bound.address)
    #expect(try bound.socket.receive()?.bytes == Array("READY=1".utf8))
    sockets.remove(bound.address)
    #expect(try Directory.names(in: folder) == [])
  }

  @Test func `sockets that were left are removed, and nothing else is`() throws {
    try Directory.createPrivate(folder)
    _ = try DatagramSocket.bind(.path(folder.appending("1-1")))
    _ = try DatagramSocket.bind(.path(directory.file("elsewhere")))
    try AtomicFile.replace(folder.appending("file"), with: [])
    symlink(directory.file("elsewhere").string, folder.appending("link").string)
    NotifySockets(in: folder).removeLeftovers()
    #expect(try Directory.names(in: folder).sorted() == ["file", "link"])
    #expect(try FileStatus.of(directory.file("elsewhere"))?.kind == .socket)
  }

  @Test func `a folder that was removed meanwhile is made again`() throws {
    let sockets = NotifySockets(in: folder)
    sockets.removeLeftovers()
    try Directory.removeIfEmpty(folder)
    #expect(try !isAbstract(sockets.bind(ChildID(3), Incarnation(7)).address))
  }

  @Test func `an abstract name stands in where there can be no file`() throws {
    let long = directory.file(String(repeating: "n", count: 100))
    #expect(isAbstract(try address(in: long)))
    #expect(isAbstract(try address(in: "relative")))
    try Directory.create(directory.file("elsewhere"))
    _ = try DatagramSocket.bind(.path(directory.file("elsewhere").appending("1-1")))
    symlink(directory.file("elsewhere").string, folder.string)
    NotifySockets(in: folder).removeLeftovers()
    #expect(isAbstract(try address(in: folder)))
    #expect(try Directory.names(in: directory.file("elsewhere")) == ["1-1"])
  }
}

/// Listening to one run of a child after the other.
final class NotifyReceiverTests {
  private let directory: TemporaryDirectory
  private let loop: EventLoop
  private var heard: [(run: UInt64, status: String?)] = []
  private var folder: FilePath { directory.file("notify") }
  private lazy var receiver = NotifyReceiver(in: folder, loop: loop) { [unowned self] in
    heard.append((run: $1.number, status: $3.status))
  }

  init() throws {
    directory = try TemporaryDirectory()
    loop = try EventLoop()
  }

  private func say(_ word: String, at address: String) throws {
    try DatagramSocket.open().send(Array("STATUS=\(word)".utf8), to: .path(FilePath(address)))
  }

  private func names() throws -> [String] { try Directory.names(in: folder).sorted() }

  @Test func `a run that follows has a socket of its own and hears nothing said before`() throws {
    let first = try receiver.open(ChildID(3), Incarnation(7))
    try say("one", at: first)
    receiver.listen(to: ChildID(3))
    try say("late", at: first)
    receiver.close(ChildID(3))
    let second = try receiver.open(ChildID(3), Incarnation(8))
    #expect(second == folder.appending("3-8").string)
    #expect(try names() == ["3-8"])
    try say("two", at: second)
    try loop.runTurn(block: true)
    #expect(heard.map(\.run) == [7, 8] && heard.map(\.status) == ["one", "two"])
    #expect(throws: Errno.self) { try say("nobody", at: first) }
  }

  @Test func `the socket of a run that no other follows is removed`() throws {
    _ = try receiver.open(ChildID(3), Incarnation(7))
    _ = try receiver.open(ChildID(4), Incarnation(1))
    receiver.close(ChildID(3))
    receiver.removeSpares()
    #expect(try names() == ["4-1"])
    receiver.close(ChildID(4))
    _ = try receiver.open(ChildID(3), Incarnation(8))
    receiver.removeSpares()
    #expect(try names() == ["3-8"])
  }

  @Test func `a socket whose file is gone is made anew`() throws {
    let first = try receiver.open(ChildID(3), Incarnation(7))
    receiver.close(ChildID(3))
    try AtomicFile.remove(FilePath(first))
    let second = try receiver.open(ChildID(3), Incarnation(8))
    try say("here", at: second)
    try loop.runTurn(block: true)
    #expect(heard.map(\.status) == ["here"])
  }
}
