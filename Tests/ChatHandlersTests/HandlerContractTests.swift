import ChatStorage
import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import ChatHandlers

@Suite struct HandlerContractTests {
  @Test func `echo answers what was asked before and after it started`() throws {
    let chat = try TestChat()
    let first = try chat.send("hello\nworld")
    let handler = try RunningHandler(["echo"], in: chat)
    let answer = try chat.answer(to: first)
    #expect(answer.content == "hello\nworld")
    #expect(answer.role == .coordinator)
    #expect(answer.user == "tester")
    try handler.awaitNotification("READY=1")
    #expect(try chat.ask("again") == "again")
    try handler.awaitNotification("STATUS=waiting for a message")
    #expect(eventually { chat.cursor == "2\n" })
  }

  @Test func `answers come in order, each once`() throws {
    let chat = try TestChat()
    let handler = try RunningHandler(["echo"], in: chat)
    let requests = try (0..<200).map { try chat.send("message \($0)") }
    for request in requests { _ = try chat.answer(to: request) }
    #expect(try chat.answers.map(\.requestID) == requests)
    withExtendedLifetime(handler) {}
  }

  @Test func `a message without a request id is answered under one made from its id`() throws {
    let chat = try TestChat()
    let row = #"{"id":7,"timestamp":"","role":"user","content":"old","request_id":""}"# + "\n"
    try Descriptor.open(chat.inbox.path, flags: O_WRONLY | O_CREAT).writeAll(row.utf8)
    let handler = try RunningHandler(["echo"], in: chat)
    #expect(try chat.answer(to: "req-7").content == "old")
    withExtendedLifetime(handler) {}
  }

  @Test func `a restarted handler answers only what has no answer`() throws {
    let chat = try TestChat()
    let first = try chat.send("one")
    var handler = try RunningHandler(["echo"], in: chat)
    _ = try chat.answer(to: first)
    try handler.process.signal(.kill)
    _ = try handler.awaitExit()
    // As if it had died between the answer and the cursor.
    try AtomicFile.remove(chat.directory.appending(".coordinator-cursor"))
    try AtomicFile.remove(chat.directory.appending(".wg-positions"))
    let second = try chat.send("two")
    handler = try RunningHandler(["echo"], in: chat)
    _ = try chat.answer(to: second)
    #expect(try chat.answers.map(\.requestID) == [first, second])
  }

  @Test func `a torn row and a row of garbage cost neither their neighbours nor the handler`()
    throws
  {
    let chat = try TestChat()
    let first = try chat.send("before")
    let inbox = try Descriptor.open(chat.inbox.path, flags: O_WRONLY | O_APPEND)
    try inbox.writeAll("not json\n{\"id\":2,\"role\":\"user\",\"cont".utf8)
    let handler = try RunningHandler(["echo"], in: chat)
    _ = try chat.answer(to: first)
    let second = try chat.send("after")
    #expect(try chat.answer(to: second).content == "after")
    #expect(chat.log.contains("inbox.jsonl"))
    withExtendedLifetime(handler) {}
  }

  @Test func `an inbox that is replaced is served too`() throws {
    let chat = try TestChat()
    let handler = try RunningHandler(["echo"], in: chat)
    #expect(try chat.ask("one") == "one")
    #expect(eventually { chat.cursor == "1\n" })
    try AtomicFile.rename(chat.inbox.path, to: chat.directory.appending("inbox-old.jsonl"))
    #expect(try chat.ask("two") == "two")
    withExtendedLifetime(handler) {}
  }

  @Test func `SIGTERM ends an idle handler with success`() throws {
    let chat = try TestChat()
    let handler = try RunningHandler(["echo"], in: chat)
    try handler.awaitNotification("READY=1")
    try handler.process.signal(.terminate)
    #expect(try handler.awaitExit() == .exited(0))
    try handler.awaitNotification("STOPPING=1")
  }

  @Test func `a signal that was sent before it was ready for it counts`() throws {
    let chat = try TestChat()
    let handler = try RunningHandler(["echo"], in: chat)
    try handler.awaitNotification("READY=1")
    try handler.process.signal(.interrupt)
    #expect(try chat.ask("still there") == "still there")
  }

  @Test func `a kind that is not available tells each sender`() throws {
    let chat = try TestChat()
    let handler = try RunningHandler(["nex"], in: chat)
    for _ in 0..<2 {
      let answer = try chat.answer(to: try chat.send("hello"))
      #expect(answer.role == .systemError)
      #expect(answer.content.contains("handler kind nex is not available"))
      #expect(answer.content.contains("--command"))
    }
    try handler.awaitNotification("READY=1")
  }

  @Test func `an idle handler is not woken up`() throws {
    let chat = try TestChat()
    let handler = try RunningHandler(["echo"], in: chat)
    _ = try chat.ask("hello")
    let status = FilePath("/proc/\(handler.process.pid)/status")
    func switches() -> Substring? {
      text(of: status)?.split(separator: "\n").first { $0.hasPrefix("voluntary") }
    }
    // Still after its last message, then still over a thousand things done elsewhere.
    var last = switches()
    #expect(
      eventually {
        defer { last = switches() }
        return ProcessTable.state(handler.process.pid) == "S" && last == switches()
      })
    last = switches()
    let elsewhere = try TemporaryDirectory()
    for number in 0..<1000 { try elsewhere.write("file-\(number % 7)", "\(number)") }
    #expect(switches() == last)
  }

  @Test(arguments: [
    ("WG_CHAT_ID", "", "WG_CHAT_ID is not set"), ("WG_CHAT_ID", "three", "not a number"),
    ("WG_CHAT_ID", "-1", "not a number"), ("WG_CHAT_ID", "4294967296", "too large"),
    ("WG_CHAT_DIR", "", "WG_CHAT_DIR is not set"), ("WG_CHAT_DIR", "chat", "absolute"),
    ("WG_DIR", "", "WG_DIR is not set"), ("WG_TASK_ID", ".chat-4", "WG_TASK_ID"),
    ("WG_INCARNATION", "first", "not a number"), ("WATCHDOG_USEC", "0", "WATCHDOG_USEC"),
    ("WG_DIR", "/tmp/\u{1B}[31m", "control character"),
  ])
  func `an environment that is wrong is named`(name: String, value: String, expected: String) throws
  {
    let chat = try TestChat()
    let handler = try RunningHandler(["echo"], in: chat, environment: [name: value])
    #expect(try handler.awaitExit() == .exited(64))
    #expect(chat.log.hasPrefix("wg-handler: "))
    #expect(chat.log.contains(expected))
    #expect(chat.log.split(separator: "\n").count == 1)
  }

  @Test func `a chat without a folder is an error`() throws {
    let chat = try TestChat()
    let handler = try RunningHandler(["echo"], in: chat, environment: ["WG_CHAT_DIR": "/none"])
    #expect(try handler.awaitExit() == .exited(66))
    #expect(chat.log.contains("/none"))
  }

  @Test func `an outbox that cannot be written ends the handler and keeps the message`() throws {
    let chat = try TestChat()
    try Directory.create(chat.directory.appending("outbox.jsonl"))
    try chat.send("hello")
    let handler = try RunningHandler(["echo"], in: chat)
    #expect(try handler.awaitExit() == .exited(74))
    #expect(chat.log.contains("outbox.jsonl"))
    #expect(chat.cursor == nil)
  }

  @Test(
    arguments: [(["--help"], 0), (["--version"], 0), ([], 64), (["command"], 64)]
      as [([String], Int32)])
  func `help needs no chat, and mistakes are told first`(arguments: [String], code: Int32) throws {
    let chat = try TestChat()
    let handler = try RunningHandler(arguments, in: chat, environment: ["WG_CHAT_ID": ""])
    #expect(try handler.awaitExit() == .exited(code))
    #expect(chat.log.hasPrefix("wg-handler"))
  }

  @Test(arguments: [
    (["acp"], "handler kind acp needs a program"), (["echo", "loud"], "takes no argument 'loud'"),
    (["openai", "--loud"], "unknown option '--loud'"),
  ])
  func `in a chat, whoever writes is told what is wrong with the handler`(
    arguments: [String], reason: String
  ) throws {
    let chat = try TestChat()
    let handler = try RunningHandler(arguments, in: chat)
    let answer = try chat.answer(to: try chat.send("hello"))
    #expect(answer.role == .systemError)
    #expect(answer.content.contains(reason))
    #expect(answer.content.contains("wg chat set"))
    withExtendedLifetime(handler) {}
  }

  @Test func `the watchdog is fed when somebody asks for it`() throws {
    let chat = try TestChat()
    let handler = try RunningHandler(["echo"], in: chat, environment: ["WATCHDOG_USEC": "20000"])
    try handler.awaitNotification("WATCHDOG=1")
  }
}
