import ChatStorage
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What the person sees, and how the run ends, when an agent does not answer.
@Suite struct AgentFailureTests {
  @Test(arguments: ["acp", "claude", "codex"])
  func `a program that is missing is told to whoever asks`(kind: String) throws {
    let chat = try TestChat()
    let request = try chat.send("hello")
    let place = kind == "acp" ? ["--", "/none/agent"] : ["--program", "/none/agent"]
    let handler = try RunningHandler([kind] + place, in: chat)
    #expect(try handler.awaitExit() == .exited(69))
    let answer = try chat.answer(to: request)
    #expect(answer.role == .systemError)
    #expect(answer.content.contains("cannot start /none/agent: no such executable file"))
    #expect(chat.log.contains("/none/agent"))
  }

  @Test(arguments: FakeAgent.allCases)
  func `a login that expired is told at once, with what to do`(agent: FakeAgent) throws {
    let chat = try TestChat()
    let request = try chat.send("login")
    #expect(try agent.run(in: chat).awaitExit() == .exited(77))
    let answer = try chat.answer(to: request)
    #expect(answer.role == .systemError)
    #expect(answer.content.contains("\(agent.name) "))
    #expect(answer.content.contains("log in with its own program"))
    #expect(chat.log.contains("log in with its own program"))
  }

  @Test(arguments: [FakeAgent.claude, .codex])
  func `a model that does not exist is told, and is no matter of trying again`(agent: FakeAgent)
    throws
  {
    let chat = try TestChat()
    let request = try chat.send("model")
    #expect(try agent.run(in: chat).awaitExit() == .exited(78))
    #expect(try chat.answer(to: request).content.contains("no such model"))
  }

  @Test(arguments: [FakeAgent.claude, .codex])
  func `a service that is busy fails the run, and the message waits`(agent: FakeAgent) throws {
    let chat = try TestChat()
    try chat.send("busy")
    #expect(try agent.run(in: chat).awaitExit() == .exited(75))
    #expect(try chat.answers.isEmpty)
    #expect(chat.log.contains("\(agent.name) failed: "))
  }

  @Test(arguments: FakeAgent.allCases)
  func `a program that ends in a turn fails the run with its last words`(agent: FakeAgent) throws {
    let chat = try TestChat()
    try chat.send("crash")
    #expect(try agent.run(in: chat).awaitExit() == .exited(70))
    #expect(try chat.answers.isEmpty)
    let last = chat.log.split(separator: "\n").last ?? ""
    #expect(
      last
        == "wg-handler: \(agent.name) ended before it answered (exited with status 3): the sky fell"
    )
  }

  @Test(arguments: FakeAgent.allCases)
  func `what a program that ended left behind is ended before the run is`(agent: FakeAgent) throws {
    let chat = try TestChat()
    try chat.send("abandon")
    #expect(try agent.run(in: chat).awaitExit() == .exited(70))
    let lock = try FileLock.tryAcquire(chat.directory.appending("left-behind"))
    #expect(lock != nil)
  }

  @Test(arguments: FakeAgent.allCases)
  func `an end without a word in a turn is a failure too`(agent: FakeAgent) throws {
    let chat = try TestChat()
    try chat.send("leave")
    #expect(try agent.run(in: chat).awaitExit() == .exited(70))
    #expect(try chat.answers.isEmpty)
  }

  @Test(arguments: FakeAgent.allCases)
  func `what is no JSON is logged and costs nothing`(agent: FakeAgent) throws {
    let chat = try TestChat()
    let handler = try agent.run(in: chat)
    #expect(try chat.ask("garbage") == "1: garbage")
    #expect(chat.log.contains("wg-handler: not JSON: Welcome!\n"))
    #expect(chat.log.contains("wg-handler: not JSON: red\n"))
    withExtendedLifetime(handler) {}
  }

  @Test(arguments: FakeAgent.allCases)
  func `a line of ten megabytes ends the turn, and the agent is replaced`(agent: FakeAgent) throws {
    let chat = try TestChat()
    let handler = try agent.run(in: chat)
    let answer = try chat.answer(to: try chat.send("flood"))
    #expect(answer.role == .systemError)
    #expect(answer.content.contains("a line of more than 8 MiB"))
    #expect(try chat.ask("on") == "2: on", "\(chat.log)")
    withExtendedLifetime(handler) {}
  }

  @Test(arguments: FakeAgent.allCases)
  func `an answer that does not come is given up, and the agent is replaced`(agent: FakeAgent)
    throws
  {
    let chat = try TestChat()
    let handler = try agent.run(in: chat, ["--answer-timeout", "2s"])
    let answer = try chat.answer(to: try chat.send("stall"))
    #expect(answer.role == .systemError)
    #expect(answer.content.contains("no answer in 2s; \(agent.name) was restarted"))
    withExtendedLifetime(handler) {}
  }

  @Test(arguments: [FakeAgent.acp, .claude])
  func `an agent that is never ready fails the run`(agent: FakeAgent) throws {
    let chat = try TestChat()
    try chat.send("hello")
    let handler = try agent.run(in: chat, ["--start-timeout", "500ms"], extra: ["--never-ready"])
    #expect(try handler.awaitExit() == .exited(70))
    #expect(chat.log.contains("\(agent.name) was not ready in 500ms"))
    #expect(try chat.answers.isEmpty)
  }

  @Test func `an argument that the program does not know fails the run with its words`() throws {
    let chat = try TestChat()
    try chat.send("hello")
    let handler = try FakeAgent.claude.run(in: chat, extra: ["--fail-at-start"])
    #expect(try handler.awaitExit() == .exited(70))
    #expect(
      chat.log.contains(
        "claude ended before it was ready (exited with status 1): error: unknown option"))
  }

  @Test func `a prompt that claude refuses concerns that message alone`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.claude.run(in: chat)
    let answer = try chat.answer(to: try chat.send("too long"))
    #expect(answer.role == .systemError)
    #expect(answer.content == "claude failed: Prompt is too long")
    #expect(try chat.ask("short") == "2: short")
    withExtendedLifetime(handler) {}
  }

  @Test func `claude is told that nobody can be asked`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.claude.run(in: chat)
    #expect(try chat.ask("ask") == "1: error")
    withExtendedLifetime(handler) {}
  }

  @Test func `codex is told the model and the sandbox`() throws {
    let chat = try TestChat()
    let handler = try FakeAgent.codex.run(
      in: chat, ["--permission-mode", "read-only"], environment: ["WG_MODEL": "codex:gpt-9"])
    #expect(try chat.ask("settings") == "1: gpt-9 read-only")
    withExtendedLifetime(handler) {}
  }
}
