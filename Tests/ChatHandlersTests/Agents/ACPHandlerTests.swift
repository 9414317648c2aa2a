import ChatStorage
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What is particular to agents that speak the Agent Client Protocol.
@Suite struct ACPHandlerTests {
  @Test(arguments: [
    (nil, "read", "no"), (nil, "execute", "no"), ("deny", "read", "no"),
    ("read-only", "read", "yes"), ("read-only", "search", "yes"), ("read-only", "fetch", "yes"),
    ("read-only", "think", "yes"), ("read-only", "edit", "no"), ("read-only", "execute", "no"),
    ("read-only", "other", "no"), ("allow", "execute", "yes"), ("allow", "delete", "yes"),
  ])
  func `permission is given by the policy, for once`(
    policy: String?, kind: String, expected: String
  ) throws {
    let chat = try TestChat()
    let handler = try FakeAgent.acp.run(in: chat, policy.map { ["--permission", $0] } ?? [])
    // An update and the request claim that it reads; what counts is how the tool began.
    let answer = try chat.answer(to: try chat.send("may \(kind)"))
    #expect(answer.content == "1: \(expected)")
    let note = expected == "yes" ? "(allowed: Change the world)" : "(denied: Change the world)"
    #expect(answer.fullResponse?.contains(note) == true)
    withExtendedLifetime(handler) {}
  }

  @Test(arguments: [("read-only", "cancelled", "denied"), ("allow", "always", "allowed")])
  func `only who allows everything allows it for ever`(
    policy: String, expected: String, verdict: String
  ) throws {
    let chat = try TestChat()
    let handler = try FakeAgent.acp.run(in: chat, ["--permission", policy])
    let answer = try chat.answer(to: try chat.send("forever read"))
    #expect(answer.content == "1: \(expected)")
    #expect(answer.fullResponse?.contains("(\(verdict): Change the world)") == true)
    withExtendedLifetime(handler) {}
  }

  @Test func `files are not offered, and it is told so`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.acp.run(in: chat)
    #expect(try chat.ask("read a file") == "1: -32601")
    #expect(!chat.log.contains("more was offered"))
    withExtendedLifetime(handler) {}
  }

  @Test func `what is said for another session does not come into this chat`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.acp.run(in: chat)
    #expect(try chat.ask("another") == "1: another")
    withExtendedLifetime(handler) {}
  }

  @Test func `the session is where the program is`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.acp.run(in: chat)
    let folders = try chat.ask("working folder").split(separator: " ")
    #expect(folders.count == 3 && folders[1] == folders[2])
    withExtendedLifetime(handler) {}
  }

  @Test func `what is replayed when a session is loaded is no answer`() throws {
    let chat = try TestChat()
    var handler = try FakeAgent.acp.run(in: chat)
    #expect(try chat.ask("one") == "1: one")
    try handler.process.signal(.terminate)
    _ = try handler.awaitExit()
    handler = try FakeAgent.acp.run(in: chat)
    #expect(try chat.ask("two") == "2: two")
  }

  @Test func `an agent that cannot load sessions is told what was said`() throws {
    let chat = try TestChat()
    var handler = try FakeAgent.acp.run(in: chat, extra: ["--no-load"])
    #expect(try chat.ask("one") == "1: one")
    try handler.process.signal(.terminate)
    _ = try handler.awaitExit()
    handler = try FakeAgent.acp.run(in: chat, extra: ["--no-load"])
    #expect(try chat.ask("two").contains("User: one\n\nYou: 1: one"))
    #expect(try chat.ask("three") == "2: three")
  }

  @Test func `an agent that says nothing about a session gets a new one where it does not know it`()
    throws
  {
    let chat = try TestChat()
    var handler = try FakeAgent.acp.run(in: chat, extra: ["--blank-load"])
    #expect(try chat.ask("one") == "1: one")
    try handler.process.signal(.terminate)
    _ = try handler.awaitExit()
    handler = try FakeAgent.acp.run(in: chat, extra: ["--blank-load"])
    #expect(try chat.ask("two") == "2: two")
    try handler.process.signal(.terminate)
    _ = try handler.awaitExit()
    let file = chat.directory.appending(".acp-session-id")
    try AtomicFile.replace(file, with: Array("gone\n".utf8))
    handler = try FakeAgent.acp.run(in: chat, extra: ["--blank-load"])
    let answer = try chat.answer(to: try chat.send("three"))
    #expect(answer.content.hasPrefix("1: Earlier in this conversation:"))
    #expect(answer.fullResponse?.contains("did not know the earlier session") == true)
  }

  @Test(arguments: ["stubborn", "stuck"])
  func `an agent that does not end an interrupted turn as that is replaced`(way: String) throws {
    let chat = try TestChat()
    let handler = try FakeAgent.acp.run(in: chat)
    let request = try chat.send(way)
    try chat.awaitDraft("tick 2 ")
    try handler.process.signal(.interrupt)
    #expect(try chat.answer(to: request).content.hasSuffix("\n(interrupted)"))
    #expect(try chat.ask("on") == "2: on", "\(chat.log)")
  }

  @Test func `an agent that gives a turn up is no interrupted one`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.acp.run(in: chat)
    let answer = try chat.answer(to: try chat.send("give up Error: too long"))
    #expect(answer.role == .systemError)
    let cause = "fake-acp gave the turn up. The answer had begun:\nError: too long"
    #expect(answer.content == cause)
    #expect(answer.row["interrupted"] == nil)
    #expect(try chat.ask("on") == "2: on")
    let busy = try chat.send("give up Error: Error code: 429 - slow down")
    #expect(try handler.awaitExit() == .exited(75))
    #expect(try chat.answers(to: busy).isEmpty)
    #expect(chat.log.contains("fake-acp failed: Error: Error code: 429 - slow down"))
  }

  @Test func `a login that is wanted at the start is told to whoever asks`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.acp.run(in: chat, extra: ["--login"])
    try handler.awaitNotification("READY=1")
    let answer = try chat.answer(to: try chat.send("hello"))
    #expect(answer.role == .systemError)
    #expect(answer.content.contains("wants a login first"))
    #expect(answer.content.contains("Log in with a browser"))
    #expect(try handler.awaitExit() == .exited(77))
  }

  @Test func `another version of the protocol is named`() throws {
    let chat = try TestChat()
    let request = try chat.send("hello")
    let handler = try FakeAgent.acp.run(in: chat, extra: ["--protocol", "2"])
    let answer = try chat.answer(to: request)
    #expect(
      answer.content
        == "fake-acp speaks version 2 of the Agent Client Protocol, and wg speaks version 1")
    #expect(try handler.awaitExit() == .exited(76))
  }

  @Test func `an error of the agent concerns the message alone`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.acp.run(in: chat)
    let answer = try chat.answer(to: try chat.send("broken"))
    #expect(answer.role == .systemError)
    #expect(answer.content == "fake-acp failed: Internal error")
    #expect(try chat.ask("on") == "2: on")
    #expect(try chat.ask("refuse") == "(the agent refused to go on)")
    withExtendedLifetime(handler) {}
  }
}
