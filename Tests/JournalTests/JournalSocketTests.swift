import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import Systemd

/// The journal's socket, played by one of the test.
@Suite struct JournalSocketTests {
  private let folder: TemporaryDirectory
  private let path: FilePath

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("socket")
  }

  private let entry = JournalEntry([(name: "MESSAGE", value: "hello")])

  @Test("Where nobody listens there is no journal")
  func none() throws {
    #expect(Journal.connect(to: .path(path)) == nil)
    try folder.write("socket", "")
    #expect(Journal.connect(to: .path(path)) == nil)
  }

  @Test("A full queue is said to be full at once, and takes more when somebody has read")
  func full() throws {
    let socket = try DatagramSocket.bind(.path(path))
    let journal = try #require(Journal.connect(to: .path(path)))
    var count = 0
    while journal.send(entry) == .sent, count < 100_000 { count += 1 }
    #expect(journal.send(entry) == .full)
    #expect(try journal.descriptor.wait(for: .writable, until: .now) == false)
    #expect(try socket.receive() != nil)
    #expect(try journal.descriptor.wait(for: .writable, until: .now))
    #expect(journal.send(entry) == .sent)
  }

  @Test("An entry that is too long for a datagram arrives as a sealed file")
  func long() throws {
    let socket = try DatagramSocket.bind(.path(path))
    let journal = try #require(Journal.connect(to: .path(path)))
    let text = String(repeating: "0123456789", count: 100_000)
    #expect(journal.send(JournalEntry([(name: "MESSAGE", value: text)])) == .sent)
    let datagram = try #require(try socket.receive(keepingDescriptors: true))
    #expect(datagram.bytes.isEmpty)
    let file = try #require(datagram.descriptors.first)
    #expect(try file.readToEnd() == Array("MESSAGE=\(text)\n".utf8))
    #expect(throws: Errno.notPermitted) { try file.truncate(to: 0) }
  }

  @Test("A journal that went away is absent, and one that comes back is found")
  func back() throws {
    var socket: DatagramSocket? = try DatagramSocket.bind(.path(path))
    let journal = try #require(Journal.connect(to: .path(path)))
    #expect(journal.send(entry) == .sent)
    _ = try socket?.receive()
    socket = nil
    try AtomicFile.remove(path)
    #expect(journal.send(entry) == .absent)
    let next = try DatagramSocket.bind(.path(path))
    #expect(journal.send(entry) == .sent)
    #expect(try next.receive()?.bytes == Array("MESSAGE=hello\n".utf8))
  }

  @Test("Standard error is the journal's only if device and inode are those that were promised")
  func standardError() throws {
    let status = try #require(StandardStreams.status(of: .error))
    #expect(JournalStream.isStandardError(variable: "\(status.device):\(status.inode)"))
    #expect(!JournalStream.isStandardError(variable: "\(status.device):\(status.inode + 1)"))
    #expect(!JournalStream.isStandardError(variable: "nonsense"))
    #expect(!JournalStream.isStandardError(variable: nil))
  }
}
