import ControlProtocol
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing
import TimeSpans

@testable import WGCommands

struct DispatcherClientTests {
  private let folder: TemporaryDirectory
  private let path: FilePath

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.file("daemon.sock")
  }

  /// A client, and the dispatcher's end of its connection.
  private func connection() throws -> (DispatcherClient, UnixStream, StreamListener) {
    let listener = try StreamListener.listen(path)
    let client = try #require(try DispatcherClient.connect(path))
    let server = try #require(try listener.accept())
    return (client, server, listener)
  }

  @Test func `an answer that is there is read, and the next one after it`() throws {
    let (client, server, listener) = try connection()
    let answers = Frame.encode(["ok": true, "n": 1]) + Frame.encode(["ok": true, "n": 2])
    try server.writeAll(answers, until: .never)
    #expect(try client.demand(.ping, within: .seconds(20))["n"] == 1)
    #expect(try client.demand(.status, within: .seconds(20))["n"] == 2)
    guard case .bytes(let sent) = try server.read() else {
      Issue.record("nothing was sent")
      return
    }
    #expect(String(decoding: sent, as: UTF8.self) == "{\"cmd\":\"ping\"}\n{\"cmd\":\"status\"}\n")
    withExtendedLifetime(listener) {}
  }

  @Test func `a refusal is thrown with its code`() throws {
    let (client, server, listener) = try connection()
    let refusal = ControlError(.notFound, "no such chat", hint: "look")
    try server.writeAll(Frame.encode(ControlResponse.failed(refusal).json), until: .never)
    #expect(throws: refusal) { try client.demand(.archiveChat(9), within: .seconds(20)) }
    withExtendedLifetime(listener) {}
  }

  @Test func `a connection that ends without an answer may be tried again`() throws {
    let (client, server, listener) = try connection()
    try server.finishWriting()
    let error = #expect(throws: ControlError.self) { try client.ask(.ping, within: .seconds(20)) }
    #expect(error?.code == .tryAgain)
    withExtendedLifetime((server, listener)) {}
  }

  @Test func `a dispatcher that says nothing is not waited for without end`() throws {
    let (client, server, listener) = try connection()
    let limit = TimeSpan(nanoseconds: 20_000_000)
    let error = #expect(throws: ControlError.self) { try client.ask(.ping, within: limit) }
    #expect(error?.code == .tryAgain)
    #expect(error?.message.contains("20ms") == true)
    withExtendedLifetime((server, listener)) {}
  }

  @Test func `garbage is bad data`() throws {
    let (client, server, listener) = try connection()
    try server.writeAll(Array("hello\n".utf8), until: .never)
    let error = #expect(throws: ControlError.self) { try client.ask(.ping, within: .seconds(20)) }
    #expect(error?.code == .badData)
    withExtendedLifetime(listener) {}
  }

  @Test func `where nobody listens there is no client`() throws {
    #expect(try DispatcherClient.connect(path) == nil)
    try folder.write("daemon.sock", "")
    #expect(try DispatcherClient.connect(path) == nil)
    #expect(try DispatcherClient.connect("/proc/version/x") == nil)
  }
}
