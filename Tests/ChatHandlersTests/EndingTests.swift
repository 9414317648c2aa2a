import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import ChatHandlers

/// How a handler ends, and what the next one finds.
@Suite struct EndingTests {
  /// A conversation in which the program waits for a line in a FIFO before it answers.
  private struct Slow {
    let chat: TestChat
    let handler: RunningHandler
    let request: String
    let gate: FilePath

    init(_ environment: [String: String] = [:]) throws {
      chat = try TestChat()
      gate = chat.directory.appending("gate")
      handler = try RunningHandler(
        ["command", "--no-pty", "--quiet", "50ms", "--", "sh"], in: chat, environment: environment)
      try handler.awaitNotification("READY=1")
      request = try chat.send("mkfifo \(gate); echo begun; read line < \(gate); echo $line")
      try handler.awaitNotification("STATUS=answering message 1")
      guard eventually({ (try? FileStatus.of(gate)) != nil }) else { throw FaultError("no gate") }
    }

    /// Lets the program answer.
    func open() throws {
      try Descriptor.open(gate, flags: O_WRONLY).writeAll("done\n".utf8)
    }
  }

  @Test func `a turn that is in progress at SIGTERM comes to its end`() throws {
    let slow = try Slow(["WG_STOP_TIMEOUT_USEC": "120000000"])
    try slow.handler.process.signal(.terminate)
    try slow.handler.awaitNotification("STOPPING=1")
    try slow.chat.send("echo never asked by this run")
    try slow.open()
    #expect(try slow.handler.awaitExit() == .exited(0))
    #expect(try slow.chat.answers.map(\.content) == ["begun\ndone"])
  }

  @Test func `SIGTERM for the second time ends the turn too`() throws {
    let slow = try Slow(["WG_STOP_TIMEOUT_USEC": "600000000"])
    try slow.handler.process.signal(.terminate)
    try slow.handler.awaitNotification("STOPPING=1")
    try slow.handler.process.signal(.terminate)
    #expect(try slow.handler.awaitExit() == .exited(0))
    #expect(try slow.chat.answers.isEmpty)
  }

  @Test func `a chat that was retired waits for no turn`() throws {
    let slow = try Slow(["WG_STOP_TIMEOUT_USEC": "600000000"])
    let tombstones = slow.chat.project.appending("service/tombstones")
    try Directory.create(slow.chat.project.appending("service"))
    try Directory.create(tombstones)
    try Descriptor.open(tombstones.appending("chat-3.json"), flags: O_WRONLY | O_CREAT)
      .writeAll("{}".utf8)
    try slow.handler.process.signal(.terminate)
    #expect(try slow.handler.awaitExit() == .exited(0))
    #expect(try slow.chat.answers.isEmpty)
  }

  @Test func `a message that an earlier run began with is marked, and the next one is not`() throws
  {
    let slow = try Slow()
    try slow.handler.process.signal(.kill)
    _ = try slow.handler.awaitExit()
    let second = try RunningHandler(["echo"], in: slow.chat)
    let answer = try slow.chat.answer(to: slow.request)
    #expect(answer.row["redelivered"]?.bool == true)
    let next = try slow.chat.answer(to: try slow.chat.send("next"))
    #expect(next.row["redelivered"] == nil)
    withExtendedLifetime(second) {}
  }

  @Test func `what a killed run has left of an answer is taken away`() throws {
    let chat = try TestChat()
    try StreamingText(directory: chat.directory).write("half an ans")
    let handler = try RunningHandler(["echo"], in: chat)
    try handler.awaitNotification("READY=1")
    #expect(try StreamingText(directory: chat.directory).read() == nil)
  }

  @Test func `the cause of a failed run is said to the dispatcher`() throws {
    let chat = try TestChat()
    let handler = try RunningHandler(["command", "--", "no-such-program"], in: chat)
    #expect(try handler.awaitExit() == .exited(69))
    try handler.awaitNotification(
      "STATUS=cannot start no-such-program: no such executable file")
  }
}
