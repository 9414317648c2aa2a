import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Handlers that misbehave, and what is true afterwards all the same.
@Suite(.serialized) struct HostileHandlerTests {
  private func project(_ options: String...) throws -> Project {
    let project = try Project()
    try project.run(
      ["service", "start", "--backoff-initial", "5ms", "--backoff-max", "20ms"] + options
    ).mustSucceed()
    return project
  }

  /// The handler runs and has got so far as to have this many processes.
  private func waitForProcesses(_ count: Int, of chat: Int, in project: Project) throws {
    try project.until("chat \(chat) has \(count) processes") {
      // The first shell may not have become the child yet; copies of it are called `exe`.
      project.handlers(of: chat).count { ["test-child", "exe"].contains($0.status.name) } >= count
    }
  }

  @Test func `one that ignores SIGTERM is killed when its time is over`() throws {
    let project = try project("--stop-timeout", "300ms")
    let chat = try project.createChat(script: "exec \"$CHILD\" ignore-all")
    try project.send("hello", to: chat)
    try waitForProcesses(1, of: chat, in: project)
    try ensureSignalsAreIgnored(project, chat)

    let stopped = try project.json("chat", "stop", "\(chat)")
    #expect(stopped["state"] == "down")
    #expect(stopped["handler"]?["outcome"] == "killed")
    #expect(project.handlers().isEmpty)
    try project.run("chat", "start", "\(chat)").mustSucceed()
    try waitForProcesses(1, of: chat, in: project)
    try ensureSignalsAreIgnored(project, chat)
    let purged = try project.json("service", "purge-chats", "--grace", "100ms")
    #expect(purged["purged"]?.array?.first?["handler"]?["outcome"] == "killed")
    #expect(project.handlers().isEmpty)
  }

  /// SIGTERM before the program gets to ignoring it would be obeyed.
  private func ensureSignalsAreIgnored(_ project: Project, _ chat: Int) throws {
    try project.until("SIGTERM is ignored") {
      guard let handler = project.handlers(of: chat).first else { return false }
      let status = text(of: FilePath("/proc/\(handler.pid)/status")) ?? ""
      let mask = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }
      let bits = mask.flatMap { UInt64($0.dropFirst(8), radix: 16) } ?? 0
      return bits & (1 << 14) != 0
    }
  }

  @Test func `one that daemonizes leaves nobody behind`() throws {
    let project = try project("--stop-timeout", "2s")
    let file = project.root.appending("daemon.pid")
    let chat = try project.createChat(
      script: "\"$CHILD\" double-fork-setsid '\(file)'; exec \"$CHILD\" hang")
    try project.send("hello", to: chat)
    let daemon = try daemonized(project, file)
    let handler = try project.waitForHandler(of: chat)
    #expect(daemon.status.session != handler.status.session)

    try project.run("chat", "stop", "\(chat)").mustSucceed()
    #expect(!daemon.isStillAlive, "\(project.picture)")
    #expect(project.handlers().isEmpty)
  }

  @Test func `a daemon is ended also when the handler itself was killed`() throws {
    let project = try project("--stop-timeout", "2s")
    let file = project.root.appending("daemon.pid")
    let chat = try project.createChat(
      script: "\"$CHILD\" double-fork-setsid '\(file)'; exec \"$CHILD\" hang")
    try project.send("hello", to: chat)
    let daemon = try daemonized(project, file)
    let handler = try project.waitForHandler(of: chat)
    handler.kill()
    try project.until("the daemon is gone") { !daemon.isStillAlive }
    try project.until("the next run has its own") {
      let next = (try? daemonized(project, file))
      return next != nil && next?.pid != daemon.pid
    }
    #expect(project.overlap() == nil)
    try project.run("service", "purge-chats").mustSucceed()
    #expect(project.handlers().isEmpty)
  }

  private func daemonized(_ project: Project, _ file: FilePath) throws -> ProjectProcess {
    var found: ProjectProcess?
    try project.until("the daemon wrote its number") {
      let pid = text(of: file).flatMap { Int32($0.dropLast()) }
      found = pid.flatMap { ProjectProcess($0) }
      return found != nil
    }
    return try #require(found)
  }

  @Test func `a small fork bomb is ended to the last process`() throws {
    let project = try project("--stop-timeout", "1s")
    let chat = try project.createChat(script: "exec \"$CHILD\" fork-bomb 40")
    try project.send("hello", to: chat)
    try waitForProcesses(41, of: chat, in: project)
    let all = project.handlers(of: chat)
    let answer = try project.json("service", "purge-chats")
    #expect(answer["ok"] == true, "\(answer)")
    #expect(all.allSatisfy { !$0.isStillAlive }, "\(project.picture)")
    #expect(project.handlers().isEmpty)
  }

  @Test func `a fork bomb whose first process was killed is ended before the next run`() throws {
    let project = try project("--stop-timeout", "1s")
    let chat = try project.createChat(script: "exec \"$CHILD\" fork-bomb 20")
    try project.send("hello", to: chat)
    try waitForProcesses(21, of: chat, in: project)
    let first = project.handlers(of: chat)
    try #require(project.lockHolder(of: chat)).kill()
    try project.until("the second run stands", every: 1) {
      #expect(project.overlap() == nil)
      return project.handlers(of: chat).count { $0.incarnation == 2 } >= 21
    }
    #expect(first.allSatisfy { !$0.isStillAlive })
  }

  @Test(arguments: [0, 1])
  func `one that exits at once for ever is contained`(code: Int) throws {
    let project = try project()
    let chat = try project.createChat(script: "exit \(code)")
    for number in 1...4 { try project.appendMessage("message \(number)", to: chat) }
    try project.waitForState("parked", of: chat)

    let starts = try project.starts(of: chat)
    #expect(starts <= 9, "\(starts) starts")
    #expect(try project.status(of: chat)["coarse_state"] == "failed")
    #expect(project.handlers().isEmpty)
    // Two messages were at the head of three failed runs each.
    let dead = try project.rows(try project.folder(of: chat).appending("dead-letters.jsonl"))
    #expect(dead.count == 2)
    #expect(try project.outbox(of: chat).allSatisfy { $0["role"] == "system-error" })
    #expect(try project.inbox(of: chat).count == 4, "the inbox is never edited")
    let other = try project.createChat("--handler", "echo")
    #expect(try project.ask(other, "and you?") == "and you?")
    #expect(try project.starts(of: chat) == starts)

    try project.run("service", "restart").mustSucceed()
    #expect(try project.state(of: chat) == "parked", "the history survives a restart")
    #expect(try project.starts(of: chat) == starts)
    try project.run("chat", "set", "\(chat)", "--handler", "echo").mustSucceed()
    try project.run("chat", "reset", "\(chat)").mustSucceed()
    try project.waitForAnswers(of: chat)
    #expect(
      try project.outbox(of: chat).suffix(2).map { $0["role"] } == ["coordinator", "coordinator"])
  }

  @Test func `a message that kills every run is set aside and the next is answered`() throws {
    let project = try project()
    let child = try TestPrograms.path("test-child")
    let chat = try project.createChat("--command", "exec '\(child)' crash-on boom")
    let asked = try ["one", "boom", "two"].map { try project.appendMessage($0, to: chat) }
    try project.waitForAnswers(of: chat)

    let answers = try project.outbox(of: chat)
    #expect(answers.compactMap { $0["request_id"]?.string } == asked)
    #expect(answers.map { $0["role"]?.string } == ["coordinator", "system-error", "coordinator"])
    #expect(answers.first?["content"] == "one")
    #expect(answers.last?["content"] == "two")
    // The sender learns why, in the words of the last run.
    let told = answers.dropFirst().first?["content"]?.string ?? ""
    #expect(told.contains("the last time: the program bash ended before it answered"), "\(told)")
    let dead = try project.rows(try project.folder(of: chat).appending("dead-letters.jsonl"))
    #expect(dead.count == 1)
    #expect("\(dead)".contains("boom"))
    let refused = try project.run("chat", "send", "\(chat)", "boom", "--wait")
    #expect(refused.status == 1)
    #expect(refused.output.isEmpty)
    #expect(!refused.errors.isEmpty)
    #expect(try project.ask(chat, "three") == "three")
  }

  @Test func `one that never reads keeps the message and can be replaced`() throws {
    let project = try project("--stop-timeout", "2s")
    let chat = try project.createChat(script: "exec \"$CHILD\" never-read")
    let late = try project.run("chat", "send", "\(chat)", "hello", "--wait", "--timeout", "500ms")
    #expect(late.status == 75)
    #expect(late.output.isEmpty)
    #expect(try project.status(of: chat)["pending"] == 1)
    try project.run("chat", "set", "\(chat)", "--handler", "echo").mustSucceed()
    try project.waitForAnswers(of: chat)
    #expect(try project.outbox(of: chat).first?["content"] == "hello")
    #expect(try project.deliveryFault(of: chat) == nil)
  }

  @Test func `a program that never reads does not hold up its handler`() throws {
    let project = try project("--stop-timeout", "5s")
    let child = try TestPrograms.path("test-child")
    let chat = try project.createChat("--command", "exec '\(child)' never-read")
    let long = String(repeating: "all work and no play\n", count: 10_000)
    try project.appendMessage(long, to: chat)
    try project.until("the program runs") {
      project.handlers(of: chat).contains { $0.status.name == "test-child" }
    }
    let stopped = try project.json("chat", "stop", "\(chat)")
    #expect(stopped["handler"]?["outcome"] == "terminated", "\(stopped)")
    #expect(project.handlers().isEmpty)
  }

  @Test func `a flood on standard output troubles nobody`() throws {
    let project = try project("--stop-timeout", "1s")
    let bytes = Rounds.isFull ? 1_000_000_000 : 200_000_000
    let chat = try project.createChat(
      script: "\"$CHILD\" flood \(bytes); touch flooded; exec \"$CHILD\" hang")
    let other = try project.createChat("--handler", "echo")
    try project.send("hello", to: chat)
    _ = try project.waitForHandler(of: chat)
    #expect(try project.ask(other, "still there?") == "still there?")
    try project.until("the flood is over", within: 120) {
      try FileStatus.of(project.root.appending("flooded")) != nil
    }
    let dispatcher = try #require(project.dispatchers().first)
    #expect(try residentKilobytes(dispatcher) < 60_000)
    #expect(try project.ask(other, "and now?") == "and now?")
    try project.run("service", "purge-chats").mustSucceed()
    #expect(project.handlers().isEmpty)
  }

  @Test func `a program that floods its answer gets it cut`() throws {
    let project = try project("--stop-timeout", "2s")
    let child = try TestPrograms.path("test-child")
    let chat = try project.createChat(
      "--command", "read line; '\(child)' flood 20000000; echo end; exec cat")
    _ = try project.ask(chat, "go")
    let answer = try #require(try project.outbox(of: chat).first?["content"]?.string)
    #expect(answer.utf8.count <= 1_100_000)
    let handler = try project.waitForHandler(of: chat)
    #expect(try residentKilobytes(handler) < 60_000)
  }

  private func residentKilobytes(_ process: ProjectProcess) throws -> Int {
    let status = text(of: FilePath("/proc/\(process.pid)/status")) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
  }

  @Test func `a stopped process is ended`() throws {
    let project = try project("--stop-timeout", "300ms")
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    let handler = try project.waitForHandler(of: chat)
    try handler.send(.stop)
    try project.until("it is stopped") { ProcessTable.state(handler.pid) == "T" }
    try project.appendMessage("while stopped", to: chat)
    let stopped = try project.json("chat", "stop", "\(chat)")
    #expect(["terminated", "killed"].contains(stopped["handler"]?["outcome"]?.string))
    #expect(!handler.isStillAlive)
    try project.run("chat", "start", "\(chat)").mustSucceed()
    try project.waitForAnswers(of: chat)
    #expect(try project.deliveryFault(of: chat) == nil)
  }

  @Test func `one that is replaced while it is stopping gives way to the new one`() throws {
    let project = try project("--stop-timeout", "1s")
    let chat = try project.createChat(script: "exec \"$CHILD\" ignore-all")
    try project.send("hello", to: chat)
    try waitForProcesses(1, of: chat, in: project)
    try ensureSignalsAreIgnored(project, chat)
    let stop = try project.begin(["chat", "stop", "\(chat)"])
    try project.until("it is stopping", every: 1) {
      try project.decisions(of: chat).contains { $0["to"] == "stopping" }
    }
    try project.run("chat", "set", "\(chat)", "--handler", "echo").mustSucceed()
    try stop.finish().mustSucceed()
    #expect(try project.state(of: chat) == "down")
    #expect(project.handlers().isEmpty)
    try project.run("chat", "start", "\(chat)").mustSucceed()
    try project.waitForAnswers(of: chat)
    #expect(try project.outbox(of: chat).first?["content"] == "hello")
    #expect(project.handlers(of: chat).allSatisfy { $0.status.name == "wg-handler" })
  }

  @Test func `an end that is under way is cut short by force`() throws {
    let project = try project("--stop-timeout", "10min")
    let chat = try project.createChat(script: "exec \"$CHILD\" ignore-all")
    try project.send("hello", to: chat)
    try waitForProcesses(1, of: chat, in: project)
    try ensureSignalsAreIgnored(project, chat)
    let stop = try project.begin(["service", "stop"])
    try project.until("it is stopping", every: 1) {
      try project.decisions(of: chat).contains { $0["to"] == "stopping" }
    }
    try project.run("service", "stop", "--force").mustSucceed()
    #expect(project.processes().isEmpty, "\(project.picture)")
    try stop.finish().mustSucceed()
  }

  @Test func `a notification that makes no sense is no readiness and no harm`() throws {
    let project = try project("--stop-timeout", "2s")
    let chat = try project.createChat(
      script: """
        "$CHILD" notify 'READY=2' exit; "$CHILD" notify 'MAINPID=1
        STATUS=\\033[31m
        WATCHDOG=perhaps' exit
        "$CHILD" close-notify
        exec "$CHILD" hang
        """)
    try project.send("hello", to: chat)
    try waitForProcesses(1, of: chat, in: project)
    #expect(project.answers())
    try project.run("service", "purge-chats").mustSucceed()
    #expect(project.handlers().isEmpty)
  }
}
