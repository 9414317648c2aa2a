import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Whatever happens to a project, in any order: an archived chat stays archived until somebody
/// restores it on purpose.
@Suite(.serialized) struct TombstonePropertyTests {
  @Test func `nothing but a restore brings an archived chat back`() throws {
    for round in 0..<UInt64(Rounds.count(3)) {
      let seed = Rounds.seed &+ round
      var world = try World(seed: seed)
      for step in 0..<24 {
        try world.act()
        #expect(world.fault == nil, "seed \(seed), step \(step): \(world.story)")
        if world.fault != nil { return }
      }
      try world.judge()
      #expect(world.fault == nil, "seed \(seed), at the end: \(world.story)")
    }
  }
}

/// A project, what was done to it, and what has to be true of it.
private struct World {
  private enum Action: CaseIterable {
    case create, archive, delete, purge, killedPurge, restore, killedRestore
    case scatter, rewrite, revert, restoreBackup, loseSessions
    case startDispatcher, killDispatcher
  }

  private let project: Project
  private var numbers: SeededNumbers
  private var buried: Set<Int> = []
  /// Whose restore was asked for by a command that was killed: a dispatcher may still carry it out.
  private var asked: Set<Int> = []
  private var backup: [FilePath: String] = [:]
  private var oldRows: [JSONValue] = []
  /// What was done, for whoever reads of a failure.
  private(set) var story: [String] = []
  private(set) var fault: String? {
    didSet { fault.map { story.append("FAULT: \($0)") } }
  }

  init(seed: UInt64) throws {
    numbers = SeededNumbers(seed: seed)
    project = try Project()
    for _ in 0..<3 { _ = try project.createChat("--handler", "echo") }
    try takeBackup()
  }

  /// Does one thing, and looks whether a tombstone went that nobody took away.
  mutating func act() throws {
    let action = Action.allCases.randomElement(using: &numbers) ?? .purge
    let restored = try perform(action)
    let standing = try tombstones()
    asked.formUnion(restored)
    let lost = buried.subtracting(standing).subtracting(asked)
    if !lost.isEmpty { fault = "the tombstones of \(lost.sorted()) went" }
    asked.formIntersection(standing)
    buried = standing
  }

  /// The chats that were to be restored.
  private mutating func perform(_ action: Action) throws -> Set<Int> {
    let chat = try rows().keys.sorted().randomElement(using: &numbers) ?? 1
    story.append("\(action) \(chat)")
    switch action {
    case .create: _ = try project.run("chat", "create", "--handler", "echo")
    case .archive: _ = try project.run("chat", "archive", "\(chat)")
    case .delete: _ = try project.run("chat", "delete", "\(chat)", "--yes")
    case .purge: try purge()
    case .killedPurge: try killSoon(["service", "purge-chats", "--yes"])
    case .restore:
      _ = try project.run("chat", "restore", "\(chat)")
      return [chat]
    case .killedRestore:
      try killSoon(["chat", "restore", "\(chat)"])
      return [chat]
    case .scatter: try scatter(chat)
    case .rewrite: try ExistingProgram.rewrite(project, &numbers)
    case .revert: try ExistingProgram.rewrite(project, reverting: oldRows, &numbers)
    case .restoreBackup:
      for (path, text) in backup { try project.write(path, text) }
    case .loseSessions: try ExistingProgram.loseSessions(project)
    case .startDispatcher: _ = try project.run("service", "start", "--stop-timeout", "2s")
    case .killDispatcher:
      try project.killDispatcher()
      asked = []
    }
    if Int.random(in: 0..<5, using: &numbers) == 0 { try takeBackup() }
    return []
  }

  private mutating func purge() throws {
    let outcome = try project.run("service", "purge-chats", "--yes")
    let open = Set(try rows().keys).subtracting(try tombstones())
    let closed = try open.filter { try isClosed($0) }
    if outcome.exit.isSuccess, open != closed { fault = "not purged: \(open.sorted())" }
  }

  private mutating func killSoon(_ arguments: [String]) throws {
    let command = try project.begin(arguments)
    numbers.spin(upTo: 60_000_000)
    try? command.process.signal(.kill)
    _ = try command.finish()
  }

  /// A program that does not find the session writes beside it.
  private mutating func scatter(_ chat: Int) throws {
    let name = ["\(chat)", "chat-\(chat)", "coordinator-\(chat)"].randomElement(using: &numbers)
    try project.append(
      try folder(name ?? "").appending("inbox.jsonl"),
      "{\"id\":1,\"timestamp\":\"2026-04-27T18:00:00Z\",\"role\":\"user\",\"content\":\"lost\","
        + "\"request_id\":\"r-\(numbers.next())\"}\n")
  }

  private func folder(_ name: String) throws -> FilePath {
    let path = project.wg.appending("chat").appending(name)
    try Directory.create(path)
    return path
  }

  /// Of everything but the tombstones: those are never put back by hand.
  private mutating func takeBackup() throws {
    let paths = [project.graph, project.wg.appending("chat").appending("sessions.json")]
    for path in paths { backup[path] = text(of: path) }
    oldRows = try project.graphRows()
  }
}

extension World {
  private func tombstones() throws -> Set<Int> {
    let names = (try? Directory.names(in: project.service.appending("tombstones"))) ?? []
    return Set(
      names.compactMap { name in
        name.hasPrefix("chat-") && name.hasSuffix(".json")
          ? Int(name.dropFirst(5).dropLast(5)) : nil
      })
  }

  private func rows() throws -> [Int: JSONValue] {
    let chats = try project.graphRows().compactMap { row -> (Int, JSONValue)? in
      guard let id = row["id"]?.string, id.hasPrefix(".chat-") else { return nil }
      return Int(id.dropFirst(6)).map { ($0, row) }
    }
    return Dictionary(chats) { $1 }
  }

  private func isClosed(_ chat: Int) throws -> Bool {
    let row = try rows()[chat]
    return row?["status"] == "done" || row?["status"] == "abandoned"
      || row?["tags"]?.array?.contains("archived") == true
  }

  /// Starts a dispatcher over whatever came of it all, with a message for every chat.
  mutating func judge() throws {
    try project.killDispatcher()
    for process in project.handlers() { process.kill() }
    try project.waitForNoHandlers()
    let archived = try tombstones()
    let before = try archived.map { ($0, try project.starts(of: $0)) }
    for chat in archived { try scatter(chat) }
    try project.start("--stop-timeout", "2s")
    try project.until("the rows of archived chats are closed") {
      try archived.allSatisfy { try rows()[$0] == nil || isClosed($0) }
    }
    for (chat, starts) in before where try project.starts(of: chat) != starts {
      fault = "chat \(chat) is archived and was started"
    }
    let wrong = ExistingProgram.wouldSupervise(try project.graphRows()).filter { id in
      archived.contains { id == ".chat-\($0)" }
    }
    if !wrong.isEmpty { fault = "the existing program would start \(wrong)" }
    for chat in try rows().keys.sorted() where try !archived.contains(chat) && !isClosed(chat) {
      if try project.ask(chat, "hello") != "hello" { fault = "chat \(chat) does not answer" }
    }
    if !archived.isSubset(of: try tombstones()) { fault = "a tombstone went at the end" }
  }
}
