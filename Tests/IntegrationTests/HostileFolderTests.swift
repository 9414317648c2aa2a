import Glibc
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// A project in whose folder somebody has planted things, and what is true all the same.
@Suite(.serialized) struct HostileFolderTests {
  /// Moves a folder out of the project and puts a link to it in its place; gives the new place.
  private func replaceByLink(_ folder: FilePath, in project: Project) throws -> FilePath {
    let outside = project.scratch.path.appending("outside")
    if try FileStatus.of(folder) == nil { try Directory.create(folder) }
    try AtomicFile.rename(folder, to: outside)
    try systemCall {
      outside.withPlatformString { to in folder.withPlatformString { symlink(to, $0) } }
    }
    return outside
  }

  /// Every name below a folder, with size and time of the last change.
  private func picture(of folder: FilePath) throws -> [String] {
    try Directory.names(in: folder).sorted().flatMap { name in
      let path = folder.appending(name)
      let status = try FileStatus.of(path)
      let here = "\(path) \(status?.size ?? -1) \(status?.modified ?? 0)"
      return status?.kind == .directory ? [here] + (try picture(of: path)) : [here]
    }
  }

  @Test(arguments: ["service", "chat", "service/tombstones", "service/chats", "chat/.archive"])
  func `a link in the place of a folder is refused, and nothing behind it is touched`(
    name: String
  ) throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    try project.send("hello", to: chat)
    try project.write(project.service.appending("coordinator-state-77.json"), "{}")
    let folder = project.wg.pushing(FilePath(name))
    let outside = try replaceByLink(folder, in: project)
    let before = try picture(of: outside)
    for command in [
      ["service", "start"], ["chat", "send", "\(chat)", "more"], ["chat", "archive", "\(chat)"],
      ["service", "purge-chats"], ["session", "check", "--fix"],
    ] {
      let outcome = try project.run(command)
      #expect(outcome.status == 77, "\(outcome)")
      outcome.expectPlainFailure(mentioning: "symbolic link")
    }
    #expect(try project.beginDispatcher().finish().status == 77)
    #expect(try picture(of: outside) == before)
  }

  @Test func `a link in the place of a chat's folder is refused, and others are served`() throws {
    let project = try Project()
    let linked = try project.createChat("--handler", "echo")
    let other = try project.createChat("--handler", "echo")
    try project.send("hello", to: linked)
    let outside = try replaceByLink(project.folder(of: linked), in: project)
    let before = try picture(of: outside)
    try project.start()
    let refused = try project.run("chat", "send", "\(linked)", "more")
    refused.expectPlainFailure(mentioning: "symbolic link")
    #expect(try project.ask(other, "still there?") == "still there?")
    try project.stop()
    #expect(try picture(of: outside) == before)
  }

  @Test func `a pipe in the place of a handler's output holds up nobody`() throws {
    let project = try Project()
    try project.start("--backoff-initial", "5ms", "--backoff-max", "20ms")
    let log = "\"$WG_DIR/service/handler-$WG_CHAT_ID.log\""
    let hostile = try project.createChat(script: "rm -f \(log); mkfifo \(log); exit 3")
    let other = try project.createChat("--handler", "echo")
    try project.appendMessage("hello", to: hostile)
    try project.until("it ended") { try project.starts(of: hostile) > 0 }
    #expect(try project.ask(other, "still there?") == "still there?")
    try project.until("the end was recorded") {
      !project.logLines(containing: "handler subprocess exited").isEmpty
    }
    #expect(try project.ask(other, "and now?") == "and now?")
  }

  @Test func `a pipe in the place of the log is told`() throws {
    let project = try Project()
    try Directory.create(project.service)
    let log = project.service.appending("daemon.log")
    #expect(log.withPlatformString { mkfifo($0, 0o600) } == 0)
    try project.run("service", "start").expectPlainFailure(mentioning: "daemon.log")
    #expect(project.dispatchers().isEmpty)
  }

  @Test(arguments: ["inbox.jsonl", "outbox.jsonl", ".coordinator-cursor", ".wg-positions"])
  func `a file of a terabyte of nothing holds up nobody`(name: String) throws {
    let project = try Project()
    try project.start()
    let hostile = try project.createChat("--handler", "echo")
    let other = try project.createChat("--handler", "echo")
    let path = try project.folder(of: hostile).appending(name)
    try Descriptor.open(path, flags: O_RDWR | O_CREAT).truncate(to: 1 << 40)
    _ = try project.run("chat", "send", "\(hostile)", "hello")
    #expect(try project.ask(other, "still there?") == "still there?")
    try project.run("service", "restart").mustSucceed()
    #expect(try project.ask(other, "and now?") == "and now?")
  }

  @Test func `a record of a chat that is too large to be one is set aside or counts`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    let other = try project.createChat("--handler", "echo")
    for folder in ["chats", "tombstones"] {
      let path = project.service.appending(folder).appending("chat-\(chat).json")
      try Directory.create(path.removingLastComponent())
      try Descriptor.open(path, flags: O_RDWR | O_CREAT).truncate(to: 1 << 30)
    }
    try project.start()
    #expect(try project.state(of: chat) == "archived")
    #expect(try project.ask(other, "still there?") == "still there?")
  }

  @Test func `a program that is not in PATH is not found in the project`() throws {
    let project = try Project()
    let name = "wg-test-\(String(RandomBytes.word(), radix: 36))"
    let mark = project.root.appending("was-run")
    try project.write(project.root.appending(name), "#!/bin/sh\ntouch '\(mark)'\n", mode: 0o755)
    try project.start("--backoff-initial", "5ms", "--backoff-max", "20ms")
    let chat = try project.createChat("--handler", project.root.appending(name).string)
    // As somebody else's row would say it.
    let graph = try #require(text(of: project.graph))
    let bare = graph.replacing("\(project.root)/\(name)", with: name)
    #expect(bare != graph)
    try project.write(project.graph, bare)
    try project.appendMessage("hello", to: chat)
    try project.until("it was tried") {
      !project.logLines(containing: "cannot execute the program").isEmpty
    }
    #expect(try FileStatus.of(mark) == nil)
  }

  @Test func `a folder with escape sequences in its name does not reach the terminal`() throws {
    let project = try Project(at: "project\u{1B}[31m\u{7}")
    let child = "\(project.wg)/none"
    for outcome in [
      try project.run("service", "start"), try project.run("service", "status"),
      try project.run("service", "stop"), try project.run("service", "status"),
      try project.beginDispatcher("--dir", child).finish(),
    ] {
      #expect(!(outcome.output + outcome.errors).contains { "\u{1B}\u{7}".contains($0) })
    }
  }

  @Test func `a handler gets its four descriptors and the documented variables`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat(
      script: """
        ls -l /proc/$$/fd > listing
        awk '/->/ {print $9}' listing > descriptors.new
        env -0 | cut -z -d= -f1 | tr '\\0' '\\n' | sort > variables
        mv descriptors.new descriptors
        exec "$CHILD" hang
        """)
    try project.appendMessage("hello", to: chat)
    let place = project.root
    try project.until("it has looked") {
      try FileStatus.of(place.appending("descriptors")) != nil
    }
    let numbers = (text(of: place.appending("descriptors")) ?? "").split(separator: "\n")
    // The shell reads its script through one of its own; a pipe would be another one, for a moment.
    #expect(Set(numbers.compactMap { Int($0) }.filter { $0 < 10 }) == [0, 1, 2, 3])
    let given = project.environment.map { String($0.prefix { $0 != "=" }) }
    let seen = Set((text(of: place.appending("variables")) ?? "").split(separator: "\n"))
    let news = seen.subtracting(given.map { Substring($0) })
    #expect(
      news.subtracting(["_", "PWD", "OLDPWD", "SHLVL", "CHILD"]) == [
        "NOTIFY_SOCKET", "WG_CHAT_DIR", "WG_CHAT_ID", "WG_CHAT_REF", "WG_DIR", "WG_INCARNATION",
        "WG_STOP_TIMEOUT_USEC", "WG_TASK_ID",
      ], "\(news)")
  }
}
