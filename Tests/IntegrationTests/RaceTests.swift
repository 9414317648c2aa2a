import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// The narrow moments, met by going there often.
///
/// `WG_TEST_ROUNDS` sets how often.
@Suite(.serialized) struct RaceTests {
  @Test func `no message is lost between idle exit and append`() throws {
    let project = try Project()
    var numbers = SeededNumbers()
    try project.start("--idle-timeout", "1ms", "--backoff-initial", "1ms")
    var left = Rounds.count(24)
    while left > 0 {
      // A chat has so many starts in a burst; after them its budget would space the rounds out.
      let rounds = min(left, 16)
      left -= rounds
      try raceIdleExits(rounds: rounds, in: project, &numbers)
    }
  }

  private func raceIdleExits(
    rounds: Int, in project: Project, _ numbers: inout SeededNumbers
  ) throws {
    let chats = try (1...4).map { _ in try project.createChat("--handler", "echo") }
    for round in 1...rounds {
      for chat in chats {
        // Some appends come while the handler is being ended, some at any moment.
        if round % 3 == 0 { waitForIdleExit(of: chat, in: project) }
        try project.appendMessage("round \(round)", to: chat)
        numbers.spin(upTo: 2_000_000)
        if let overlap = project.overlap() { Issue.record("\(overlap), seed \(Rounds.seed)") }
      }
      if round % 3 != 2 { continue }
      for chat in chats { try project.waitForAnswers(of: chat, within: 240) }
    }
    for chat in chats {
      try project.waitForAnswers(of: chat, within: 240)
      #expect(try project.deliveryFault(of: chat) == nil, "seed \(Rounds.seed)")
    }
    try project.waitForNoHandlers()
    let starts = try chats.map { try project.starts(of: $0) }
    #expect(rounds < 4 || starts.contains { $0 > 1 }, "there were idle exits in between")
  }

  /// Returns when the chat's handler was asked to end, or is not there at all.
  private func waitForIdleExit(of chat: Int, in project: Project) {
    _ = try? eventually(within: 5) {
      let last = try project.decisions(of: chat).last?["to"]
      return last == "stopping" || last == "resting"
    }
  }

  @Test func `thousands of messages at once are answered once each in order`() throws {
    let project = try Project()
    try project.start("--idle-timeout", "1ms")
    let chat = try project.createChat("--handler", "echo")
    let client = try ControlClient(project)
    let count = Rounds.count(300)
    for number in 1...count {
      let request: JSONValue = [
        "cmd": "user_chat", "chat_id": .integer(chat), "message": .text("message \(number)"),
        "request_id": .text("r-\(number)"),
      ]
      // The handler looks into the inbox at the same time, and may be starved while it does.
      var answer = try client.ask(request)
      while answer["code"] == "try_again" { answer = try client.ask(request) }
      #expect(answer["ok"] == true, "\(answer)")
    }
    try project.waitForAnswers(of: chat, within: 240)
    #expect(try project.deliveryFault(of: chat) == nil)
    #expect(try project.outbox(of: chat).last?["content"]?.string == "message \(count)")
  }

  @Test func `eight writers on one inbox lose nothing and get different numbers`() throws {
    let project = try Project()
    try project.start("--idle-timeout", "5ms")
    let chat = try project.createChat("--handler", "echo")
    let each = Rounds.count(12)
    for round in 1...each {
      let writers = try (1...8).map {
        try project.begin(["chat", "send", "\(chat)", "writer \($0) round \(round)"])
      }
      for writer in writers { try writer.finish().mustSucceed() }
    }
    try project.waitForAnswers(of: chat)
    let inbox = try project.inbox(of: chat)
    #expect(inbox.map { $0["id"]?.int } == (1...(8 * each)).map { Int64($0) })
    #expect(Set(inbox.compactMap { $0["request_id"]?.string }).count == 8 * each)
    #expect(Set(inbox.compactMap { $0["content"]?.string }).count == 8 * each)
    #expect(try project.deliveryFault(of: chat) == nil)
  }

  @Test(arguments: [true, false])
  func `fifty chats made at once have fifty numbers`(dispatcherRuns: Bool) throws {
    let project = try Project()
    if dispatcherRuns { try project.start() }
    let creators = try (1...50).map {
      try project.begin(["chat", "create", "--handler", "echo", "--name", "n-\($0)", "--json"])
    }
    let numbers = try creators.map {
      try $0.finish(within: 120).mustSucceed().json()["chat_id"]?.int
    }
    #expect(Set(numbers).count == 50)
    let rows = try project.rows(project.graph).compactMap { $0["id"]?.string }
    #expect(rows.count == 50)
    #expect(Set(rows) == Set(numbers.compactMap { $0.map { ".chat-\($0)" } }))
    #expect(Set(try numbers.map { try project.folder(of: Int($0 ?? -1)).string }).count == 50)
    if dispatcherRuns {
      let last = Int(try #require(numbers.last.flatMap { $0 }))
      #expect(try project.ask(last, "there?") == "there?")
    }
  }

  @Test func `purge wins against spawn`() throws {
    let project = try Project()
    var numbers = SeededNumbers()
    try project.start("--stop-timeout", "2s")
    for _ in 1...Rounds.count(8) {
      let chats = try (1...3).map { _ in try project.createChat("--handler", "echo") }
      for chat in chats { try project.appendMessage("hello", to: chat) }
      numbers.spin(upTo: 10_000_000)
      let answer = try project.json("service", "purge-chats")
      try expectDead(chats, project, answer)
    }
    try expectNoResurrection(project)
  }

  @Test func `purge wins against the end of a back-off`() throws {
    let project = try Project()
    var numbers = SeededNumbers()
    try project.start(
      "--stop-timeout", "2s", "--backoff-initial", "2ms", "--backoff-max", "4ms")
    let crashing = try project.script("exit 1")
    for _ in 1...Rounds.count(8) {
      let chats = try (1...3).map { _ in try project.createChat("--handler", crashing.string) }
      for chat in chats {
        for number in 1...3 { try project.appendMessage("hello \(number)", to: chat) }
      }
      numbers.spin(upTo: 20_000_000)
      let answer = try project.json("service", "purge-chats")
      try expectDead(chats, project, answer)
    }
    try expectNoResurrection(project)
  }

  private func expectDead(_ chats: [Int], _ project: Project, _ answer: JSONValue) throws {
    #expect(answer["ok"] == true, "\(answer) seed \(Rounds.seed)")
    #expect(project.handlers().isEmpty, "seed \(Rounds.seed)\n\(project.picture)")
    for chat in chats { #expect(try project.tombstone(of: chat)?["reason"] == "purge") }
  }

  /// Messages after a purge, a killed dispatcher, a new one: nothing starts.
  private func expectNoResurrection(_ project: Project) throws {
    let before = try archivedWithoutStarts(project)
    try project.killDispatcher()
    try project.start()
    _ = try project.json("service", "status")
    #expect(try archivedWithoutStarts(project) == before, "seed \(Rounds.seed)")
    #expect(project.handlers().isEmpty, "seed \(Rounds.seed)\n\(project.picture)")
  }

  /// The number of starts; checks that none came after its chat was archived.
  private func archivedWithoutStarts(_ project: Project) throws -> Int {
    var archived: Set<Int64> = []
    for decision in try project.decisions() {
      guard let chat = decision["chat_id"]?.int else { continue }
      if decision["to"] == "archived" { archived.insert(chat) }
      let starts = decision["to"] == "starting"
      #expect(!(starts && archived.contains(chat)), "\(decision) seed \(Rounds.seed)")
    }
    return try project.starts()
  }
}
