import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// The dispatcher goes on as another program, in the same process.
@Suite(.serialized) struct UpgradeTests {
  @Test func `under load nothing is lost, and process, handlers and clients are the same`() throws {
    let project = try Project()
    let dispatcher = try project.start("--stop-timeout", "5s")
    let chats = try (1...3).map { _ in try project.createChat("--handler", "echo") }
    for chat in chats { _ = try project.ask(chat, "before") }
    let handlers = try chats.map { try project.waitForHandler(of: $0).pid }
    let consumer = try ControlClient(project)
    #expect(try consumer.ask(["cmd": "attach", "chat_id": .integer(chats[0])])["ok"] == true)

    let load = try Load(project, chats)
    let programs = [try project.otherDispatcher(), try TestPrograms.path("wg-dispatcher")]
    for round in 0..<6 {
      let outcome = try project.upgrade(to: programs[round % 2])
      #expect(outcome.exit.isSuccess, "\(outcome)")
      let answer = try outcome.json()
      #expect(answer["pid"]?.int == Int64(dispatcher.pid), "\(answer)")
      #expect(answer["handlers"] == 3, "\(answer)")
    }
    try load.finish()
    for chat in chats {
      try project.waitForAnswers(of: chat)
      #expect(try project.deliveryFault(of: chat) == nil)
      #expect(try project.starts(of: chat) == 1, "one run served everything")
    }
    #expect(try chats.map { try project.waitForHandler(of: $0).pid } == handlers)
    #expect(dispatcher.isStillAlive)
    #expect(try consumer.ask(["cmd": "ping"])["ok"] == true, "the client was kept")
    #expect(try project.status(of: chats[0])["consumers"] == 1)
    try consumer.close()
    try project.until("the end of the consumer is seen") {
      try project.status(of: chats[0])["consumers"] == 0
    }
    try project.stop()
  }

  @Test func `how a handler ends is known after an upgrade as it was before`() throws {
    let project = try Project()
    try project.start("--backoff-initial", "1ms")
    let chat = try project.createChat(
      script: "trap 'exit 42' USR1; while :; do \"$CHILD\" hang & wait; done")
    try project.send("hello", to: chat)
    let handler = try project.waitForHandler(of: chat)
    #expect(try project.upgrade(to: project.otherDispatcher()).exit.isSuccess)
    try handler.send(.user1)
    try project.until("the exit is on record") {
      try project.decisions(of: chat).contains { $0["exit"]?.string == "exited 42" }
    }
    #expect(project.overlap() == nil, "what it left was found and ended")
    try project.stop()
  }

  @Test func `events go on without a gap on the same connection`() throws {
    let project = try Project()
    try project.start("--idle-timeout", "50ms")
    let chat = try project.createChat("--handler", "echo")
    let events = try ControlClient(project)
    let first = try #require(try events.ask(["cmd": "subscribe"])["seq"]?.int)
    for round in 1...3 {
      _ = try project.ask(chat, "round \(round)")
      #expect(try project.upgrade(to: project.otherDispatcher()).exit.isSuccess)
    }
    try project.waitForState("resting", of: chat)
    let last = try #require(try project.decisions().last?["seq"]?.int)
    var seen: [Int64] = []
    while seen.last != last {
      let line = try #require(try events.nextLine())
      seen.append(try #require(JSONValue.parse(line)["decision"]?["seq"]?.int))
    }
    #expect(seen == Array((first + 1)...last))
    try project.stop()
  }

  @Test func `upgrades in a row, with handlers killed in between, lose and double nothing`() throws
  {
    let project = try Project()
    var numbers = SeededNumbers()
    let dispatcher = try project.start("--backoff-initial", "1ms", "--backoff-max", "2ms")
    let chats = try (1...3).map { _ in try project.createChat("--handler", "echo") }
    let programs = [try project.otherDispatcher(), try TestPrograms.path("wg-dispatcher")]
    let watch = OverlapWatch(project)
    for round in 1...Rounds.count(6) {
      for chat in chats { try project.appendMessage("round \(round)", to: chat) }
      numbers.spin(upTo: 5_000_000)
      if round % 3 == 0, let victim = project.handlers().randomElement(using: &numbers) {
        victim.kill()
      }
      let outcome = try project.upgrade(to: programs[round % 2])
      #expect(outcome.exit.isSuccess, "seed \(Rounds.seed), round \(round): \(outcome)")
      // Crashes are forgiven: this is not about crash loops.
      if round % 3 == 0 { try chats.forEach(project.reset) }
    }
    for chat in chats { try project.waitForAnswers(of: chat) }
    #expect(try watch.finish() == nil, "seed \(Rounds.seed)")
    for chat in chats {
      #expect(try project.deliveryFault(of: chat) == nil, "seed \(Rounds.seed)")
    }
    #expect(dispatcher.isStillAlive)
    #expect(project.dispatchers().count == 1)
    try project.stop()
  }

  @Test func `a service manager hears that it serves, and signs of life go on`() throws {
    let project = try Project()
    let listener = try ServiceListener()
    let dispatcher = try project.beginDispatcher(
      variables: [listener.variable, "WATCHDOG_USEC=400000"])
    let ready = try listener.wait(for: "READY=1", in: project)
    let answer = try project.upgrade(to: project.otherDispatcher()).mustSucceed().json()
    #expect(answer["pid"]?.int == Int64(dispatcher.pid), "\(answer)")
    let again = try listener.wait(for: "READY=1", in: project, from: ready + 1)
    try listener.wait(for: "WATCHDOG=1", in: project, from: again + 1)
    try dispatcher.process.signal(.terminate)
    #expect(try dispatcher.finish().status == 0)
    try listener.hear()
    #expect(listener.count("STOPPING=1") == 1, "\(listener.messages)")
  }

  @Test func `a socket that a service manager passed is served on, and stays`() throws {
    let project = try Project()
    let socket = try PassedSocket(project)
    let dispatcher = try socket.begin()
    try project.waitUntilItServes()
    try project.upgrade(to: project.otherDispatcher()).mustSucceed()
    #expect(project.answers())
    try dispatcher.descriptor.signal(.terminate)
    #expect(try socket.end(of: dispatcher) == .exited(0), "\(socket.errors)")
    #expect(try FileStatus.of(socket.path)?.kind == .socket)
  }

  /// With `WG_TEST_FULL=1` also with as many running chats as that takes.
  @Test func `more than 1024 descriptors are passed on`() throws {
    try DescriptorLimit.raise()
    let project = try Project()
    let dispatcher = try project.start()
    let chats = try (1...(Rounds.isFull ? 600 : 8)).map { _ in
      try project.createChat(script: "exec \"$CHILD\" hang")
    }
    for chat in chats { try project.appendMessage("hello", to: chat) }
    let handlers = try chats.map { try project.waitForHandler(of: $0).pid }
    let clients = try (1...1_000).map { _ in
      let client = try ControlClient(project)
      #expect(try client.ask(["cmd": "attach", "chat_id": .integer(chats[0])])["ok"] == true)
      return client
    }
    for _ in 1...2 {
      let answer = try project.upgrade(to: project.otherDispatcher()).mustSucceed().json()
      #expect(answer["connections"]?.int == 1_001, "\(answer)")
      #expect(answer["handlers"]?.int == Int64(chats.count), "\(answer)")
    }
    for client in clients { #expect(try client.ask(["cmd": "ping"])["ok"] == true) }
    #expect(dispatcher.isStillAlive)
    #expect(try chats.map { try project.waitForHandler(of: $0).pid } == handlers)
    try project.stop()
  }

  @Test func `a purge that is under way is finished first`() throws {
    let project = try Project()
    try project.start("--stop-timeout", "2s")
    let chat = try project.createChat(script: "exec \"$CHILD\" ignore-term")
    try project.send("hello", to: chat)
    _ = try project.waitForHandler(of: chat)
    let purge = try project.begin(["service", "purge-chats", "--json"])
    try project.until("the purge has begun") { try project.tombstone(of: chat) != nil }
    let outcome = try project.upgrade(to: project.otherDispatcher(), timeout: "60s")
    #expect(outcome.exit.isSuccess, "\(outcome)")
    let answer = try purge.finish().mustSucceed().json()
    #expect(answer["purged"]?.array?.first?["chat_id"]?.int == Int64(chat), "\(answer)")
    #expect(try project.state(of: chat) == "archived")
    #expect(project.handlers().isEmpty)
    try project.stop()
  }
}

/// Messages to several chats, as fast as they can be written, until it is told to end.
private final class Load {
  private let thread: BackgroundThread
  private let isOver = Flag()

  init(_ project: Project, _ chats: [Int]) throws {
    let folders = try chats.map { try project.folder(of: $0) }
    thread = BackgroundThread { [isOver] in
      var count = 0
      while !isOver.isSet {
        count += 1
        for folder in folders { try Self.append("message \(count)", to: folder) }
      }
    }
  }

  private static func append(_ text: String, to folder: FilePath) throws {
    let lock = try FileLock.acquire(folder.appending("inbox.jsonl.lock"))
    let path = folder.appending("inbox.jsonl")
    let row: JSONValue = [
      "id": .integer(Clock.monotonic), "timestamp": .text(Timestamp.rfc3339(Clock.wall)),
      "role": "user", "content": .text(text),
      "request_id": .text("load-\(String(RandomBytes.word(), radix: 36))"), "user": "test",
    ]
    try withExtendedLifetime(lock) {
      try Descriptor.open(path, flags: appending).writeAll("\(row)\n".utf8)
    }
    // A hundred a second and chat are load enough for a machine with two cores.
    _ = eventually(within: 0.01) { false }
  }

  private static let appending: Int32 = 0o2001

  func finish() throws {
    isOver.set()
    try thread.join()
  }
}
