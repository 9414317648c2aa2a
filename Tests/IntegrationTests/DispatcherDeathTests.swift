import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// The dispatcher killed at any moment, and started again.
@Suite(.serialized) struct DispatcherDeathTests {
  @Test func `killed and restarted at random moments it loses and doubles nothing`() throws {
    let project = try Project()
    var numbers = SeededNumbers()
    try project.start("--idle-timeout", "20ms", "--backoff-initial", "1ms")
    let chats = try (1...3).map { _ in try project.createChat("--handler", "echo") }
    let watch = OverlapWatch(project)
    for round in 1...Rounds.count(10) {
      for chat in chats { try project.appendMessage("round \(round)", to: chat) }
      numbers.spin(upTo: 15_000_000)
      try project.killDispatcher()
      for chat in chats { try project.appendMessage("round \(round), nobody there", to: chat) }
      try project.start("--idle-timeout", "20ms", "--backoff-initial", "1ms")
    }
    for chat in chats { try project.waitForAnswers(of: chat) }
    #expect(try watch.finish() == nil, "seed \(Rounds.seed)")
    for chat in chats {
      #expect(try project.deliveryFault(of: chat) == nil, "seed \(Rounds.seed)")
    }
    try project.waitForNoHandlers()
  }

  @Test func `a handler that outlives its dispatcher is adopted and goes on`() throws {
    let project = try Project()
    try project.start("--stop-timeout", "5s")
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "before")
    let handler = try project.waitForHandler(of: chat)
    try project.killDispatcher()
    #expect(handler.isStillAlive, "a dispatcher's crash breaks no handler")
    try project.appendMessage("alone", to: chat)
    try project.waitForAnswers(of: chat)
    try project.start("--stop-timeout", "5s")
    #expect(try project.state(of: chat) == "running")
    #expect(try project.status(of: chat)["pid"]?.int == Int64(handler.pid))
    #expect(try project.ask(chat, "after") == "after")
    #expect(handler.isStillAlive)
    let answer = try project.json("service", "purge-chats")
    #expect(answer["purged"]?.array?.first?["handler"]?["outcome"] == "terminated", "\(answer)")
    #expect(project.handlers().isEmpty)
  }

  @Test(arguments: [true, false])
  func `what a handler left while nobody watched is found and ended`(dispatcherRuns: Bool) throws {
    let project = try Project()
    try project.start("--stop-timeout", "2s")
    let chat = try project.createChat(
      script: "setsid \"$CHILD\" hang & \"$CHILD\" hang & exec \"$CHILD\" hang")
    try project.send("hello", to: chat)
    try project.until("all three are there") {
      project.handlers(of: chat).count { $0.status.name == "test-child" } == 3
    }
    let first = project.handlers(of: chat)
    let handler = try project.waitForHandler(of: chat)
    try project.killDispatcher()
    handler.kill()
    try project.until("the handler is gone") { !handler.isStillAlive }
    #expect(project.handlers(of: chat).count == 2, "its children have outlived it")

    if dispatcherRuns {
      try project.start("--stop-timeout", "2s")
      #expect(project.overlap() == nil, "\(project.picture)")
    }
    let answer = try project.json("service", "purge-chats", "--grace", "2s")
    #expect(answer["ok"] == true, "\(answer)")
    #expect(first.allSatisfy { !$0.isStillAlive }, "\(project.picture)")
    #expect(project.handlers().isEmpty, "\(project.picture)")
  }

  @Test func `a purge that the dispatcher did not survive is finished by the next`() throws {
    let project = try Project()
    var numbers = SeededNumbers()
    for _ in 1...Rounds.count(6) {
      try project.start("--stop-timeout", "2s")
      let chats = try (1...3).map { _ in try project.createChat("--handler", "echo") }
      for chat in chats { _ = try project.ask(chat, "hello") }
      let purge = try project.begin(["service", "purge-chats", "--json"])
      numbers.spin(upTo: 60_000_000)
      try project.killDispatcher()
      let outcome = try purge.finish()
      try project.start("--stop-timeout", "2s")
      // What has a tombstone is finished; without one nothing was promised.
      for chat in chats where try project.tombstone(of: chat) != nil {
        try project.until("chat \(chat) is archived, and done, seed \(Rounds.seed)") {
          try project.state(of: chat) == "archived"
            && project.row(".chat-\(chat)")?["status"] == "done"
        }
        #expect(project.handlers(of: chat).isEmpty, "seed \(Rounds.seed)")
      }
      if outcome.exit.isSuccess { #expect(try project.state(of: chats[0]) == "archived") }
      try project.run("service", "purge-chats").mustSucceed()
      #expect(project.handlers().isEmpty, "seed \(Rounds.seed)")
      try project.stop()
    }
  }
}

/// Looks, in a thread of its own, for two runs of one chat that live at the same time.
final class OverlapWatch {
  private let thread: BackgroundThread
  private let isOver = Flag()
  private let found = Findings()

  init(_ project: Project) {
    let root = project.root.string
    thread = BackgroundThread { [isOver, found] in
      while !isOver.isSet {
        if let overlap = ProjectProcess.overlap(in: root) { found.add(overlap) }
      }
    }
  }

  /// Ends the watch; the first overlap that was seen.
  func finish() throws -> String? {
    isOver.set()
    try thread.join()
    return found.first
  }
}
