import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What went wrong once when somebody was impatient, hostile, or killed in the middle.
@Suite(.serialized) struct StubbornWorldTests {
  @Test func `a purge that is asked for again waits for the same deaths`() throws {
    let project = try Project()
    try project.start("--stop-timeout", "3s")
    let chat = try project.createChat(script: "trap '' TERM; while :; do sleep 1; done")
    try project.appendMessage("hello", to: chat)
    _ = try project.waitForHandler(of: chat)
    let first = try project.begin(["service", "purge-chats", "--json"])
    try project.until("the tombstone") { try project.tombstone(of: chat) != nil }
    let second = try project.json("service", "purge-chats")
    #expect(project.handlers().isEmpty, "an acknowledged purge left a handler")
    #expect(second["purged"]?.array?.first?["handler"]?["outcome"] == "killed")
    #expect(try first.finish().json()["ok"] == true)
  }

  @Test func `a chat whose row went away and came back runs again after a restore`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    #expect(try project.ask(chat, "before") == "before")
    let graph = try #require(text(of: project.graph))
    try project.write(project.graph, "")
    try project.until("the chat archives itself") { try project.tombstone(of: chat) != nil }
    try project.waitForNoHandlers(of: chat)
    try project.write(project.graph, graph)
    try project.until("the row is seen") {
      try project.run("chat", "restore", "\(chat)").status == 0
    }
    #expect(try project.ask(chat, "after") == "after")
  }

  @Test func `a stale chat whose dispatcher died in the middle is ended by the next one`() throws {
    let project = try Project()
    try project.start("--stop-timeout", "60s")
    let chat = try project.createChat(script: "trap '' TERM; while :; do sleep 1; done")
    try project.appendMessage("hello", to: chat)
    _ = try project.waitForHandler(of: chat)
    try project.write(project.graph, "")
    try project.until("the tombstone") { try project.tombstone(of: chat) != nil }
    try project.killDispatcher()
    #expect(!project.handlers(of: chat).isEmpty)
    try project.start("--stop-timeout", "100ms")
    try project.waitForNoHandlers(of: chat)
  }

  @Test func `a chat without a session that was attached to once is still heard later`() throws {
    let project = try Project()
    try project.start("--idle-timeout", "100ms")
    let chat = try project.createChat("--handler", "echo")
    // As the existing program leaves it: a row, and nothing else.
    try project.stop()
    let registry = project.wg.appending("chat").appending("sessions.json")
    try project.write(registry, "{\"version\":1,\"sessions\":{}}")
    try project.start("--idle-timeout", "100ms")
    do {
      let client = try ControlClient(project)
      #expect(try client.ask(["cmd": "attach", "chat_id": .integer(chat)])["ok"] == true)
      try project.waitForState("running", of: chat)
      withExtendedLifetime(client) {}
    }
    try project.waitForState("resting", of: chat)
    #expect(try project.ask(chat, "heard?") == "heard?")
  }

  @Test func `a pipe in place of an inbox holds up nobody`() throws {
    let project = try Project()
    try project.start()
    let hostile = try project.createChat("--handler", "echo")
    let other = try project.createChat("--handler", "echo")
    let inbox = try project.folder(of: hostile).appending("inbox.jsonl")
    let pipe = try project.folder(of: hostile).appending("pipe")
    #expect(pipe.withPlatformString { mkfifo($0, 0o600) } == 0)
    try AtomicFile.rename(pipe, to: inbox)
    #expect(try project.ask(other, "still there?") == "still there?")
    try project.run("service", "stop").mustSucceed()
  }

  @Test func `an inbox that somebody keeps locked holds up nobody`() throws {
    let project = try Project()
    try project.start()
    let locked = try project.createChat("--handler", "echo")
    let other = try project.createChat("--handler", "echo")
    #expect(try project.ask(locked, "hello") == "hello")
    let lock = try FileLock.acquire(project.folder(of: locked).appending("inbox.jsonl.lock"))
    let client = try ControlClient(project)
    let answer = try client.ask([
      "cmd": "user_chat", "chat_id": .integer(locked), "message": "x", "request_id": "r",
    ])
    #expect(answer["code"] == "try_again")
    #expect(try project.ask(other, "still there?") == "still there?")
    withExtendedLifetime(lock) {}
  }

  @Test func `requests without end neither fill the memory nor keep others waiting`() throws {
    let project = try Project()
    let dispatcher = try project.start("--stop-timeout", "5s")
    let chat = try project.createChat(script: "trap '' TERM; while :; do sleep 1; done")
    try project.appendMessage("hello", to: chat)
    _ = try project.waitForHandler(of: chat)
    let flood = try UnixStream.connect(project.service.appending("daemon.sock"))
    let request = Array("{\"cmd\":\"stop_chat\",\"chat_id\":\(chat)}\n".utf8)
    try flood.writeAll(request, until: .after(nanoseconds: 10_000_000_000))
    let rest = [UInt8](repeating: 0x20, count: 64 * 1024)
    var taken = 0
    while taken < 64 << 20 {
      if case .wrote(let count) = try flood.write(rest[...]) {
        taken += count
      } else if try !flood.descriptor.wait(for: .writable, until: .after(nanoseconds: 500_000_000))
      {
        break
      }
    }
    #expect(taken < 16 << 20)
    #expect(try project.json("service", "status")["pid"]?.int == Int64(dispatcher.pid))
  }
}
