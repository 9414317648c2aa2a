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
