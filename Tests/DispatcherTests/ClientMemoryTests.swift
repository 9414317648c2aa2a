import ChatStorage
import ControlProtocol
import JSONLines
import LinuxSystem
import SupervisionCore
import SystemPackage
import TestSupport
import Testing

@testable import DecisionRecords
@testable import Dispatcher

/// What clients that do not read, or do not end their sentence, can make a dispatcher keep.
@Suite struct ClientMemoryTests {
  /// Answers each request but a ping with a line of so many bytes.
  private final class Talker: ControlRequestHandling {
    var length = 1_000_000

    func handle(_ request: ControlRequest, from connection: ControlConnection) {
      let text = JSONValue.text(String(repeating: "x", count: request == .ping ? 0 : length))
      connection.answer(.ok(["text": text]))
    }

    func recordDecisions() {}
    func connectionEnded(_ connection: ControlConnection) {}
  }

  private let folder: TemporaryDirectory
  private let loop: EventLoop
  private let talker = Talker()
  private let server: ControlServer

  init() throws {
    folder = try TemporaryDirectory()
    loop = try EventLoop()
    let socket = try ControlSocket.open(
      passed: PassedDescriptors.take(), path: folder.file("daemon.sock"), mode: 0o600)
    let log = DispatcherLog(
      path: folder.file("daemon.log"), project: folder.path.string, journal: nil, target: .file)
    server = try ControlServer(socket, loop: loop, log: log, handler: talker)
  }

  private func turn() throws {
    try loop.runTurn(block: false)
    server.serve()
  }

  /// Connects so many clients, each of which says this and reads nothing.
  private func connect(_ count: Int, saying text: String) throws -> [UnixStream] {
    let clients = try (0..<count).map { _ in try UnixStream.connect(folder.file("daemon.sock")) }
    for client in clients {
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        do throws(Errno) {
          if case .wrote(let sent) = try client.write(rest) { rest = rest.dropFirst(sent) }
        } catch { break }  // It was ended meanwhile.
        try turn()
      }
    }
    for _ in 0..<100 { try turn() }
    return clients
  }

  /// A client that reads is served, whatever the others do.
  private func expectService() throws {
    let client = try UnixStream.connect(folder.file("daemon.sock"))
    try client.writeAll(Array("{\"cmd\":\"ping\"}\n".utf8), until: .never)
    for _ in 0..<20 { try turn() }
    guard case .bytes(let answer) = try client.read() else {
      Issue.record("no answer")
      return
    }
    #expect(answer.starts(with: Array("{\"ok\":true".utf8)))
  }

  @Test func `answers that nobody reads fill no more memory than all clients may`() throws {
    let clients = try connect(12, saying: String(repeating: "{\"cmd\":\"status\"}\n", count: 7))
    // Each keeps what the kernel has no room for: of 7 megabytes more than 6.
    #expect(server.connectionCount <= ControlServer.heldLimit / 6_000_000 + 1)
    #expect(server.connectionCount > 0)
    let held = server.states.map(\.unwritten.count)
    #expect(held.reduce(0, +) <= ControlServer.heldLimit + 7_000_000)
    try expectService()
    withExtendedLifetime(clients) {}
  }

  /// What comes for a client that reads, until a whole line has come.
  private func line(for client: UnixStream) throws -> Int {
    var count = 0
    for _ in 0..<1_000_000 {
      try turn()
      guard case .bytes(let bytes) = try client.read(maximum: 1 << 20) else { continue }
      count += bytes.count
      if bytes.last == UInt8(ascii: "\n") { return count }
    }
    return 0
  }

  @Test func `an answer that is longer than all may let wait reaches who reads it`() throws {
    talker.length = ControlServer.heldLimit + 1
    let client = try #require(try connect(1, saying: "{\"cmd\":\"status\"}\n").first)
    #expect(try line(for: client) > talker.length)
    #expect(server.connectionCount == 1)
  }

  @Test func `of long answers that nobody reads only one is kept`() throws {
    talker.length = ControlServer.heldLimit + 1_000_000
    let clients = try connect(4, saying: "{\"cmd\":\"status\"}\n")
    #expect(server.connectionCount == 1)
    try expectService()
    withExtendedLifetime(clients) {}
  }

  @Test func `who does not read one long answer gets no other`() throws {
    talker.length = ControlConnection.backlogLimit + 1_000_000
    let clients = try connect(1, saying: "{\"cmd\":\"status\"}\n{\"cmd\":\"status\"}\n")
    #expect(server.connectionCount == 0)
    withExtendedLifetime(clients) {}
  }

  @Test func `requests without end of many clients fill no more memory either`() throws {
    let clients = try connect(40, saying: String(repeating: " ", count: 1_000_000))
    #expect(server.connectionCount <= ControlServer.heldLimit / 1_000_000 + 1)
    #expect(server.connectionCount > 0)
    try expectService()
    withExtendedLifetime(clients) {}
  }

  @Test func `listeners that do not read are ended and leave room for answers`() throws {
    let events = EventStream()
    let pairs = try (0..<60).map { _ in try UnixStream.pair() }
    let listeners = try pairs.map { ControlConnection($0.0, peer: try $0.0.peerCredentials()) }
    for listener in listeners { events.add(listener) }
    for number in 1...6_000 {
      events.send(decision(UInt64(number)))
      for listener in listeners { _ = listener.flush() }
      for pair in pairs.suffix(10) { _ = try pair.1.read(maximum: 1 << 20) }
    }
    #expect(listeners.map(\.held).reduce(0, +) <= EventStream.heldLimit)
    #expect(listeners.prefix(50).contains { $0.isClosed })
    #expect(listeners.suffix(10).allSatisfy { $0.isSubscribed && !$0.isClosed })
  }

  private func decision(_ number: UInt64) -> DecisionRow {
    DecisionRow(
      sequence: number, time: 0, chat: 3, step: 0, from: .resting, to: .stopping,
      clause: .idleTimeout, consumers: 0, pending: 0, failures: 0, delay: 0)
  }
}
