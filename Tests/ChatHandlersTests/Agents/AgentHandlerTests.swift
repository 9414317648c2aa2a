import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Real handlers with programs that speak as the agents do.
@Suite struct AgentHandlerTests {
  @Test(arguments: FakeAgent.allCases)
  func `an agent remembers the conversation from one message to the next`(agent: FakeAgent) throws {
    let chat = try TestChat()
    let handler = try agent.run(in: chat)
    #expect(try chat.ask("hello") == "1: hello")
    #expect(try chat.ask("how are\nyou?") == "2: how are\nyou?")
    try handler.awaitNotification("READY=1")
    #expect(eventually { chat.cursor == "2\n" })
    #expect(try chat.answers.allSatisfy { $0.role == .coordinator && $0.fullResponse == nil })
  }

  @Test(arguments: FakeAgent.allCases)
  func `the next run goes on with the same session`(agent: FakeAgent) throws {
    let chat = try TestChat()
    var handler = try agent.run(in: chat)
    #expect(try chat.ask("one") == "1: one")
    try handler.process.signal(.terminate)
    #expect(try handler.awaitExit() == .exited(0))
    let session = try #require(chat.session(agent))
    handler = try agent.run(in: chat)
    #expect(try chat.ask("two") == "2: two")
    #expect(chat.session(agent) == session)
  }

  @Test(arguments: FakeAgent.allCases)
  func `a session that the agent forgot is replaced, and it is told what was said`(
    agent: FakeAgent
  ) throws {
    let chat = try TestChat()
    var handler = try agent.run(in: chat)
    #expect(try chat.ask("one") == "1: one")
    try handler.process.signal(.terminate)
    _ = try handler.awaitExit()
    try AtomicFile.replace(
      chat.directory.appending(".\(agent.rawValue)-session-id"), with: Array("gone\n".utf8))
    handler = try agent.run(in: chat)
    let answer = try chat.answer(to: try chat.send("two"))
    #expect(answer.content.hasPrefix("1: Earlier in this conversation:"))
    #expect(answer.content.contains("User: one\n\nYou: 1: one"))
    #expect(answer.content.hasSuffix("two"))
    #expect(answer.fullResponse?.contains("did not know the earlier session") == true)
    #expect(chat.session(agent) != "gone\n")
    withExtendedLifetime(handler) {}
  }

  @Test(arguments: [
    "--dangerous\n", "", "a b\n", "\u{1B}[31m\n", String(repeating: "x", count: 9999),
  ])
  func `what stands in the session's file is no option and nothing hidden`(content: String) throws {
    let chat = try TestChat()
    let file = chat.directory.appending(".claude-session-id")
    try AtomicFile.replace(file, with: Array(content.utf8))
    let handler = try FakeAgent.claude.run(in: chat)
    #expect(try chat.ask("hello") == "1: hello", "\(chat.log)")
    withExtendedLifetime(handler) {}
  }

  @Test(arguments: FakeAgent.allCases)
  func `a run that has the session's lock remembers, and one that was replaced does not`(
    agent: FakeAgent
  ) throws {
    let chat = try TestChat()
    let path = SessionLock.file(in: chat.directory)
    let lock = try Descriptor.open(path, flags: O_RDWR | O_CREAT, mode: 0o600)
    var handler = try agent.run(in: chat, lock: lock)
    #expect(try chat.ask("one") == "1: one")
    #expect(chat.session(agent) != nil)
    try handler.process.signal(.terminate)
    #expect(try handler.awaitExit() == .exited(0))
    try AtomicFile.remove(chat.directory.appending(".\(agent.rawValue)-session-id"))
    try AtomicFile.replace(path, with: [])
    handler = try agent.run(in: chat, lock: lock)
    let late = try chat.send("two")
    #expect(try handler.awaitExit() == .exited(73))
    #expect(chat.session(agent) == nil)
    #expect(try chat.answers(to: late).isEmpty)
  }

  @Test(arguments: FakeAgent.allCases)
  func `what it does is in the transcript, and what it says is the answer`(agent: FakeAgent) throws
  {
    let chat = try TestChat()
    let handler = try agent.run(in: chat)
    let answer = try chat.answer(to: try chat.send("tool"))
    #expect(answer.content == "I will look.\n\n1: tool")
    let transcript = try #require(answer.fullResponse)
    #expect(transcript.contains("│ a.txt\n│ b.txt\n└─"), "\(transcript)")
    #expect(transcript.hasPrefix("I will look."))
    #expect(transcript.contains("1: tool"))
    #expect(!transcript.contains("helper"))
    withExtendedLifetime(handler) {}
  }

  @Test(arguments: FakeAgent.streaming)
  func `an interrupt ends the turn with what there is, and the agent stays`(agent: FakeAgent) throws
  {
    let chat = try TestChat()
    let handler = try agent.run(in: chat)
    let request = try chat.send("slow")
    try chat.awaitDraft("tick 2 ")
    try handler.process.signal(.interrupt)
    let answer = try chat.answer(to: request)
    #expect(answer.content.hasPrefix("tick 0 tick 1 tick 2 "))
    #expect(answer.content.hasSuffix("\n(interrupted)"))
    #expect(answer.row["interrupted"]?.bool == true)
    #expect(try chat.ask("on") == "2: on")
    #expect(eventually { !chat.directory.appending(".streaming").exists })
  }

  @Test func `codex is interrupted by a signal, and its thread goes on`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.codex.run(in: chat)
    let request = try chat.send("slow")
    try chat.awaitDraft("I begin")
    try handler.process.signal(.interrupt)
    #expect(try chat.answer(to: request).content == "I begin\n(interrupted)")
    #expect(try chat.ask("on") == "2: on")
  }

  @Test func `codex that is interrupted before its first word costs the run nothing`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.codex.run(in: chat, ["--start-timeout", "8s"])
    let request = try chat.send("late")
    try chat.awaitPrompt("late")
    try handler.process.signal(.interrupt)
    #expect(try chat.answer(to: request).content == "(interrupted)")
    // The time for that start passes, and nobody waits for it any more.
    #expect(!eventually(within: 9, every: 100) { !handler.process.isAlive }, "\(chat.log)")
    #expect(try chat.ask("on").hasSuffix("on"), "\(chat.log)")
  }

  @Test(arguments: FakeAgent.allCases)
  func `an agent that does not heed an interrupt is replaced`(agent: FakeAgent) throws {
    let chat = try TestChat()
    let handler = try agent.run(in: chat)
    let request = try chat.send("deaf")
    try chat.awaitPrompt("deaf")
    guard eventually({ chat.directory.appending(".streaming").exists }) else {
      throw FaultError("no draft; \(chat.log)")
    }
    try handler.process.signal(.interrupt)
    let answer = try chat.answer(to: request)
    #expect(answer.content.contains("went on and was restarted"), "\(answer.content)")
    #expect(try chat.ask("on") == "2: on", "\(chat.log)")
  }

  @Test(arguments: FakeAgent.allCases)
  func `SIGTERM in a turn that does not end leaves the message for the next run`(
    agent: FakeAgent
  ) throws {
    let chat = try TestChat()
    let handler = try agent.run(in: chat, environment: ["WG_STOP_TIMEOUT_USEC": "100000"])
    let request = try chat.send("deaf")
    try chat.awaitPrompt("deaf")
    let left = ProcessTable.descendants(of: handler.process.pid).compactMap(ProcessIdentity.of)
    #expect(!left.isEmpty)
    try handler.process.signal(.terminate)
    #expect(try handler.awaitExit() == .exited(0))
    #expect(try chat.answers(to: request).isEmpty)
    #expect(eventually { left.allSatisfy { !$0.isStillRunning } })
  }

  @Test(arguments: FakeAgent.allCases)
  func `a message that is served again is marked for the agent`(agent: FakeAgent) throws {
    let chat = try TestChat()
    let request = try chat.send("crash")
    #expect(try agent.run(in: chat).awaitExit() == .exited(70))
    // The second run is asked the same, and says so; its session is the first one's.
    #expect(try agent.run(in: chat).awaitExit() == .exited(70))
    try chat.awaitPrompt("This message was given to you before")
    #expect(try chat.answers(to: request).isEmpty)
  }

  @Test(arguments: FakeAgent.allCases)
  func `the program has a session and a process group of its own`(agent: FakeAgent) throws {
    let chat = try TestChat()
    let handler = try agent.run(in: chat)
    let group = try chat.ask("group").split(separator: " ")
    #expect(Set(group).count == 1 && group.first != "\(handler.process.pid)")
  }

  @Test(arguments: FakeAgent.streaming)
  func `SIGTERM before the program is ready ends both, and the message stays`(agent: FakeAgent)
    throws
  {
    let chat = try TestChat()
    let handler = try agent.run(in: chat, extra: ["--never-ready"])
    try chat.send("hello")
    let program = try eventually("the program") {
      ProcessTable.descendants(of: handler.process.pid).first.flatMap(ProcessIdentity.of)
    }
    try handler.process.signal(.terminate)
    #expect(try handler.awaitExit() == .exited(0))
    #expect(!program.isStillRunning)
    #expect(try chat.answers.isEmpty)
  }

  @Test(arguments: FakeAgent.allCases)
  func `SIGTERM after an interrupt that is not heeded ends both, and the message stays`(
    agent: FakeAgent
  ) throws {
    let chat = try TestChat()
    let handler = try agent.run(in: chat, environment: ["WG_STOP_TIMEOUT_USEC": "100000"])
    let request = try chat.send("deaf")
    try chat.awaitPrompt("deaf")
    try handler.process.signal(.interrupt)
    try handler.process.signal(.terminate)
    #expect(try handler.awaitExit() == .exited(0))
    #expect(try chat.answers(to: request).isEmpty)
  }
}

extension FilePath {
  fileprivate var exists: Bool { (try? FileStatus.of(self)) != nil }
}
