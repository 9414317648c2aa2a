import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A dispatcher in a control group that was delegated to it.
@Suite(.serialized, .enabled(if: ScratchGroup.obstacle == nil, "\(ScratchGroup.obstacle ?? "")"))
struct ControlGroupRunTests {
  private func serve(
    _ project: Project, in scratch: ScratchGroup, stopTimeout: String = "5s"
  ) throws -> RunningCommand {
    let dispatcher = try project.beginDispatcher(
      "--stop-timeout", stopTimeout, "--backoff-initial", "5ms", in: scratch.group)
    try project.waitUntilItServes()
    return dispatcher
  }

  private func names(_ scratch: ScratchGroup) throws -> [String] {
    try scratch.group.children().map(\.name).sorted()
  }

  @Test func `each handler has a group of its own, and none is left after a purge`() throws {
    let (project, scratch) = (try Project(), try ScratchGroup(delegated: true))
    let dispatcher = try serve(project, in: scratch)
    #expect(ControlGroup.of(dispatcher.process.pid) == scratch.group.child("dispatcher"))
    #expect(try names(scratch) == ["dispatcher"])
    let chats = try [
      project.createChat(script: "exec \"$CHILD\" fork-bomb 2"),
      project.createChat("--handler", "echo"),
    ]
    #expect(try project.ask(chats[1], "hello") == "hello")
    try project.send("hello", to: chats[0])
    try project.until("the first chat has its processes") {
      project.handlers(of: chats[0]).count == 3
    }
    #expect(try names(scratch) == ["chat-\(chats[0])", "chat-\(chats[1])", "dispatcher"])
    for chat in chats {
      let group = scratch.group.child("chat-\(chat)")
      #expect(try Set(group.processes()) == Set(project.handlers(of: chat).map(\.pid)))
    }
    let answer = try project.json("service", "purge-chats")
    #expect(answer["ok"] == true, "\(answer)")
    #expect(try names(scratch) == ["dispatcher"])
    #expect(project.handlers().isEmpty)
    let evidence = try #require(try project.tombstone(of: chats[0])?["evidence"]?["control_group"])
    #expect(evidence["populated"] == 0)
    #expect(evidence["path"]?.string == scratch.group.child("chat-\(chats[0])").path.string)
  }

  @Test func `a group is there only while its handler is`() throws {
    let (project, scratch) = (try Project(), try ScratchGroup(delegated: true))
    let dispatcher = try serve(project, in: scratch)
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    #expect(try names(scratch) == ["chat-\(chat)", "dispatcher"])
    try project.run("chat", "stop", "\(chat)").mustSucceed()
    #expect(try names(scratch) == ["dispatcher"])
    try project.stop()
    #expect(try dispatcher.finish().exit.isSuccess)
    #expect(try names(scratch) == [], "the tree is as it was found")
    #expect(try !scratch.group.isPopulated())
  }

  @Test func `a group that a handler made below its own goes with it`() throws {
    let (project, scratch) = (try Project(), try ScratchGroup(delegated: true))
    let dispatcher = try serve(project, in: scratch)
    let chat = try project.createChat(
      script: """
        mkdir -p '\(scratch.group.path)/chat-1/mine/deep'
        echo 0 > '\(scratch.group.path)/chat-1/mine/deep/cgroup.procs'
        exec "$CHILD" fork-bomb 1
        """)
    try #require(chat == 1 || chat == 0)
    try project.send("hello", to: chat)
    try project.until("both processes are there") { project.handlers(of: chat).count == 2 }
    try project.run("chat", "stop", "\(chat)").mustSucceed()
    #expect(project.handlers().isEmpty)
    #expect(try !names(scratch).contains("chat-\(chat)"))
    withExtendedLifetime(dispatcher) {}
  }

  @Test func `what left its handler's tree is found and killed`() throws {
    let (project, scratch) = (try Project(), try ScratchGroup(delegated: true))
    let dispatcher = try serve(project, in: scratch, stopTimeout: "300ms")
    let chat = try project.createChat(script: "exec \"$CHILD\" hang")
    try project.send("hello", to: chat)
    _ = try project.waitForHandler(of: chat)
    // Nobody's descendant here, and deaf to SIGTERM.
    let group = scratch.group.child("chat-\(chat)")
    let folder = try group.open()
    let stray = try TestChild("ignore-all") { $0.controlGroup = folder }
    #expect(try stray.line() == "ready")
    let answer = try project.json("service", "purge-chats", "--grace", "200ms")
    #expect(answer["ok"] == true, "\(answer)")
    let handler = answer["purged"]?.array?.first?["handler"]
    #expect(handler?["outcome"] == "killed")
    #expect(handler?["pids"]?.array?.contains(.integer(stray.pid)) == true, "\(answer)")
    #expect(try stray.awaitExit() == .signaled(.kill, coreDumped: false))
    #expect(!group.exists)
    withExtendedLifetime(dispatcher) {}
  }

  @Test func `after a crash live handlers are adopted and what dead ones left is ended`() throws {
    let (project, scratch) = (try Project(), try ScratchGroup(delegated: true))
    let first = try serve(project, in: scratch)
    let file = project.root.appending("daemon.pid")
    let dying = try project.createChat(
      script: "\"$CHILD\" double-fork-setsid '\(file)'; exec \"$CHILD\" hang")
    let living = try project.createChat("--handler", "echo")
    _ = try project.ask(living, "hello")
    try project.send("hello", to: dying)
    try project.until("the daemon has written its number") { text(of: file) != nil }
    try project.until("the shell has become the child") {
      project.handlers(of: dying).count { ["test-child", "exe"].contains($0.status.name) } == 2
    }
    let handler = try project.waitForHandler(of: dying)
    let daemon = try #require(
      text(of: file).flatMap { Int32($0.dropLast()) }.flatMap { ProjectProcess($0) })
    let survivor = try project.waitForHandler(of: living)
    try first.process.signal(.kill)
    _ = try first.finish()
    handler.kill()
    try project.until("the handler is gone") { !handler.isStillAlive }
    #expect(daemon.isStillAlive)
    #expect(scratch.group.child("chat-\(dying)").exists)

    // Its message still waits: the next run must not begin beside what the dead one left.
    let second = try serve(project, in: scratch)
    #expect(!daemon.isStillAlive, "\(project.picture)")
    #expect(!project.logLines(containing: "an earlier run left").isEmpty)
    #expect(survivor.isStillAlive)
    #expect(try project.ask(living, "again") == "again")
    #expect(try project.waitForHandler(of: living).pid == survivor.pid)
    try project.run("chat", "stop", "\(living)").mustSucceed()
    #expect(!scratch.group.child("chat-\(living)").exists)
    try project.stop()
    #expect(try second.finish().exit.isSuccess)
    #expect(try names(scratch) == [])
  }

  @Test func `without delegation nothing is touched, and limits are said not to count`() throws {
    let (project, scratch) = (try Project(), try ScratchGroup())
    try project.write(project.wg.appending("config.toml"), "[chats]\nmemory_max = \"1G\"\n")
    let dispatcher = try serve(project, in: scratch)
    let chat = try project.createChat("--handler", "echo")
    #expect(try project.ask(chat, "hello") == "hello")
    #expect(try names(scratch) == [])
    #expect(try Set(scratch.group.processes()).contains(dispatcher.process.pid))
    #expect(project.logLines(containing: "none was delegated").count == 2)
    #expect(try project.status(of: chat)["resources"] == .null)
    try project.stop()
    #expect(try dispatcher.finish().exit.isSuccess)
  }

  @Test func `two dispatchers in one group do not take each other's`() throws {
    let (one, two) = (try Project(), try Project())
    let scratch = try ScratchGroup(delegated: true)
    let first = try serve(one, in: scratch)
    let second = try serve(two, in: scratch)
    for project in [one, two] {
      #expect(try project.ask(try project.createChat("--handler", "echo"), "hello") == "hello")
    }
    #expect(two.log.contains("is used by \(one.wg)"), "\(two.log)")
    try two.stop()
    #expect(one.handlers().count == 1)
    #expect(try names(scratch).count == 2)
    withExtendedLifetime((first, second)) {}
  }

  @Test func `a limit that is nonsense is reported with its line, and the handler starts`() throws {
    let (project, scratch) = (try Project(), try ScratchGroup(delegated: true))
    let chat = try project.createChat("--handler", "echo")
    let second = try project.createChat("--handler", "echo")
    try project.write(
      project.wg.appending("config.toml"), "[chats]\nmemory_max = \"half\"\ntasks_max = 64\n")
    let dispatcher = try serve(project, in: scratch)
    #expect(try project.ask(chat, "hello") == "hello")
    #expect(project.logLines(containing: "config.toml:2:14: memory_max: `half`").count == 1)
    #expect(try project.ask(second, "hello") == "hello")
    let limit = scratch.group.child("chat-\(chat)").path.appending("pids.max")
    let isLimited = text(of: limit) == "64\n"
    #expect(project.logLines(containing: "pids.max of config.toml").count == (isLimited ? 0 : 1))
    withExtendedLifetime(dispatcher) {}
  }
}
