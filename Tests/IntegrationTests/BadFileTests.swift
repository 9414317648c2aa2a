import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Files under `.wg` that are broken, strange, in the way or not to be written.
@Suite(.serialized) struct BadFileTests {
  @Test func `a bad row in the graph stays where it is and the others are served`() throws {
    let project = try Project()
    let first = try project.createChat("--handler", "echo")
    let bad = "{\"kind\":\"task\",\"id\":\".chat-9\",\"title\":\n\u{fffd}\n{\"half\": tru"
    try project.append(project.graph, bad)
    let list = try project.run("chat", "list")
    #expect(list.exit.isSuccess, "\(list)")
    #expect(list.errors.contains("graph.jsonl"), "\(list)")
    try project.start()
    #expect(try project.ask(first, "hello") == "hello")
    let second = try project.createChat("--handler", "echo")
    #expect(try project.ask(second, "hello") == "hello")
    try project.run("service", "purge-chats").mustSucceed()
    #expect(text(of: project.graph)?.contains(bad) == true, "nothing is rewritten over it")
    #expect(!project.logLines(containing: "graph.jsonl").isEmpty)
  }

  @Test func `a torn or bad row in an inbox is skipped and the others are answered`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    let inbox = try project.folder(of: chat).appending("inbox.jsonl")
    try project.appendMessage("one", to: chat)
    try project.append(inbox, "{\"id\":2,\"content\n\u{0}\u{0}\n[]\n\n")
    try project.append(inbox, "{\"id\":3,\"role\":\"user\",\"content\":\"torn")
    try project.start()
    try project.until("the first is answered") { try project.outbox(of: chat).count == 1 }
    #expect(try project.ask(chat, "two") == "two")
    #expect(try project.outbox(of: chat).map { $0["content"]?.string } == ["one", "two"])
    let kept = text(of: inbox)
    #expect(kept?.contains("{\"id\":2,\"content\n") == true, "\(kept ?? "")")
    #expect(kept?.contains("\"content\":\"torn\n") == true, "no two rows are glued together")
    #expect(try project.run("chat", "history", "\(chat)").exit.isSuccess)
  }

  @Test func `a missing newline at the end of the graph glues nothing together`() throws {
    let project = try Project()
    try project.append(project.graph, "{\"kind\":\"task\",\"id\":\"t\",\"status\":\"open\"}")
    _ = try project.createChat("--handler", "echo")
    #expect(try project.rows(project.graph).count == 2)
  }

  @Test func `a socket left behind is replaced`() throws {
    let project = try Project()
    try project.start()
    try project.killDispatcher()
    #expect(try FileStatus.of(project.service.appending("daemon.sock")) != nil)
    #expect(try project.json("service", "status")["status"] == "not_running")
    try project.start()
    #expect(project.answers())
  }

  @Test func `a file where the socket should be is not removed`() throws {
    let project = try Project()
    let socket = project.service.appending("daemon.sock")
    try project.write(socket, "precious")
    let start = try project.run("service", "start")
    if !start.exit.isSuccess { start.expectPlainFailure(mentioning: "daemon.sock") }
    #expect(text(of: socket) == "precious")
    #expect(project.dispatchers().isEmpty)
  }

  @Test(arguments: ["", "garbage\n", "999999999\nx\ny\n", "-1\n\n\n", "1\n"])
  func `a session lock left behind does not keep a handler from starting`(text: String) throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    let lock = try project.folder(of: chat).appending(".handler.pid")
    try project.write(lock, text)
    try project.start()
    if text == "1\n" {
      // A number of somebody who lives, without a time that could tell them apart.
      #expect(["running", "resting"].contains(try project.state(of: chat)))
    } else {
      #expect(try project.ask(chat, "hello") == "hello")
    }
  }

  @Test func `a lock whose number belongs to another program by now is no handler`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    let stranger = try project.begin(["never-read"], program: "test-child")
    let lock = try project.folder(of: chat).appending(".handler.pid")
    try project.write(lock, "\(stranger.pid)\n2020-01-01T00:00:00Z\nadapter\n")
    try project.start()
    #expect(try project.ask(chat, "hello") == "hello")
    try project.run("service", "purge-chats").mustSucceed()
    #expect(try stranger.process.reap() == nil, "a stranger is not ended")
  }

  @Test func `a number of another program in the state file is not signalled`() throws {
    let project = try Project()
    let stranger = try project.begin(["never-read"], program: "test-child")
    try project.write(
      project.service.appending("state.json"),
      "{\"pid\":\(stranger.pid),\"socket_path\":\"/tmp/x\",\"started_at\":\"2020-01-01T00:00:00Z\"}"
    )
    #expect(try project.json("service", "status")["status"] == "not_running")
    #expect(try project.run("service", "stop").mustSucceed().output.contains("not running"))
    #expect(try stranger.process.reap() == nil)
    try project.start()
    try project.run("service", "stop").mustSucceed()
    #expect(try stranger.process.reap() == nil)
  }

  @Test(arguments: ["", "{", "null", "[]", "{\"pid\":-1}", "{\"pid\":1e99,\"socket_path\":7}"])
  func `a broken state file is no obstacle`(content: String) throws {
    let project = try Project()
    try project.write(project.service.appending("state.json"), content)
    #expect(try project.json("service", "status")["status"] == "not_running")
    #expect(try project.run("service", "stop").exit.isSuccess)
    try project.start()
    #expect(project.answers())
  }

  @Test func `a broken registry of sessions is reported and never replaced by an empty one`() throws
  {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    let file = project.wg.appending("chat").appending("sessions.json")
    let good = try #require(text(of: file))
    let broken = String(good.dropLast(10))
    try project.write(file, broken)
    let send = try project.run("chat", "send", "\(chat)", "hello")
    if !send.exit.isSuccess { send.expectPlainFailure(mentioning: "sessions.json") }
    _ = try project.run("chat", "create", "--handler", "echo")
    let folder = try Directory.names(in: project.wg.appending("chat"))
    let texts = folder.filter { $0.hasPrefix("sessions.json") }.compactMap {
      text(of: project.wg.appending("chat").appending($0))
    }
    #expect(texts.contains(broken), "what was there is still there: \(folder)")
    try project.start()
    #expect(project.answers())
  }

  @Test func `a broken record or tombstone of a chat is set aside or counts`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    try project.stop()
    try project.write(project.service.appending("chats").appending("chat-\(chat).json"), "{\"desi")
    try project.start()
    #expect(try project.ask(chat, "again") == "again")
    // A run writes no record; what an operator wants has to be in one.
    try project.run("chat", "stop", "\(chat)").mustSucceed()
    try project.run("chat", "start", "\(chat)").mustSucceed()
    let names = try Directory.names(in: project.service.appending("chats"))
    #expect(names.contains { $0.hasPrefix("chat-\(chat).json.corrupt-") }, "\(names)")
    try project.stop()

    let tombstone = project.service.appending("tombstones").appending("chat-\(chat).json")
    try project.write(tombstone, "{\"version\":1,\"chat")
    try project.start()
    #expect(try project.state(of: chat) == "archived", "monotone: a tombstone is a tombstone")
    #expect(project.handlers().isEmpty)
  }

  @Test(arguments: ["inbox.jsonl", "outbox.jsonl", ".handler.pid"])
  func `a symbolic link in a chat's folder is not followed`(name: String) throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    let target = try project.write(project.scratch.path.appending("precious"), "precious\n")
    let file = try project.folder(of: chat).appending(name)
    _ = try AtomicFile.remove(file)
    try link(file, to: target)
    try project.start("--backoff-initial", "1ms", "--backoff-max", "5ms")
    let send = try project.run("chat", "send", "\(chat)", "hello")
    if name == "inbox.jsonl" { send.expectPlainFailure(mentioning: "inbox.jsonl") }
    _ = try project.run("service", "purge-chats")
    #expect(text(of: target) == "precious\n")
    #expect(project.handlers().isEmpty)
    #expect(project.answers())
  }

  @Test func `a symbolic link as log or state is not written through`() throws {
    let project = try Project()
    try Directory.create(project.service)
    let target = try project.write(project.scratch.path.appending("precious"), "precious\n")
    for name in ["daemon.log", "state.json", "decisions.jsonl"] {
      try link(project.service.appending(name), to: target)
    }
    let start = try project.run("service", "start")
    if !start.exit.isSuccess { start.expectPlainFailure() }
    _ = try project.run("service", "stop")
    #expect(text(of: target) == "precious\n")
  }

  @Test func `a graph that is a symbolic link stays one`() throws {
    let project = try Project()
    let target = project.scratch.path.appending("graph-elsewhere.jsonl")
    try AtomicFile.rename(project.graph, to: target)
    try link(project.graph, to: target)
    let chat = try project.createChat("--handler", "echo")
    #expect(try FileStatus.of(project.graph)?.kind == .symbolicLink)
    #expect(text(of: target)?.contains(".chat-\(chat)") == true)
  }

  @Test(arguments: ["graph.jsonl", "chat", "service"])
  func `a thing of the wrong kind in the way is told`(name: String) throws {
    let project = try Project()
    let path = project.wg.appending(name)
    FileTree.remove(path)
    if name == "graph.jsonl" { try Directory.create(path) } else { try project.write(path, "x") }
    let command = name == "service" ? ["service", "start"] : ["chat", "create"]
    let outcome = try project.run(command)
    outcome.expectPlainFailure(mentioning: name)
    let start = try project.run("service", "start")
    if !start.exit.isSuccess { start.expectPlainFailure(mentioning: name) }
  }

  private func link(_ path: FilePath, to target: FilePath) throws {
    let done = path.withPlatformString { link in
      target.withPlatformString { symlink($0, link) }
    }
    guard done == 0 else { throw Errno(rawValue: errno) }
  }
}

extension CommandOutcome {
  /// A failure that a person understands: any status of the conventions, one line and a hint.
  func expectPlainFailure(
    mentioning part: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      [1, 64, 65, 66, 69, 75, 77].contains(status), "\(self)", sourceLocation: sourceLocation)
    #expect(errors.hasPrefix("wg: "), "\(self)", sourceLocation: sourceLocation)
    #expect(part.isEmpty || errors.contains(part), "\(self)", sourceLocation: sourceLocation)
  }
}
