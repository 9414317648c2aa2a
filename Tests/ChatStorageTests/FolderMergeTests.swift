import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

@testable import ChatStorage

/// Two folders with parts of one conversation, drawn at random, and what must come of them.
private struct ScatteredConversation {
  struct Message {
    let text: String
    let requestID: String?
    let id: UInt64
    let time: Int64

    /// By its number where it says nothing.
    var answeredUnder: String { requestID ?? "req-\(id)" }

    var row: JSONObject {
      var row: JSONObject = [
        "id": .integer(id), "timestamp": .text(Timestamp.rfc3339(time)), "role": "user",
        "content": .text(text), "x_unknown": .decimal(1.5),
      ]
      row["request_id"] = requestID.map { .text($0) }
      return row
    }
  }

  struct Part {
    var messages: [Message] = []
    var answers: [String] = []
    var cursor: UInt64?

    /// One beyond the last message stems from another inbox.
    var validCursor: UInt64 { cursor.flatMap { $0 <= messages.last?.id ?? 0 ? $0 : nil } ?? 0 }
  }

  var own = Part()
  var other = Part()

  init(using generator: inout SeededGenerator) {
    var clock: Int64 = 1_777_000_000_000_000_000
    own = Self.part("own", &clock, &generator)
    other = Self.part("other", &clock, &generator)
    // Where one program wrote the questions and another the answers.
    for message in own.messages where Bool.random(using: &generator) {
      if let id = message.requestID { other.answers.append(id) }
    }
  }

  private static func part(
    _ name: String, _ clock: inout Int64, _ generator: inout SeededGenerator
  ) -> Part {
    var part = Part()
    let first = UInt64.random(in: 1...4, using: &generator)
    for index in 0..<UInt64.random(in: 0...7, using: &generator) {
      let time = 1_777_000_000_000_000_000 + Int64.random(in: 0..<1_000, using: &generator) << 20
      let hasID = Int.random(in: 0..<4, using: &generator) > 0
      let message = Message(
        text: "\(name) \(index)", requestID: hasID ? "\(name)-\(index)" : nil, id: first + index,
        time: time)
      part.messages.append(message)
      if Bool.random(using: &generator) { part.answers.append(message.answeredUnder) }
    }
    if Bool.random(using: &generator) {
      part.cursor = UInt64.random(in: 0...8, using: &generator)
    }
    return part
  }

  private func isWaiting(_ message: Message, in part: Part, beside others: Part) -> Bool {
    if message.id <= part.validCursor || part.answers.contains(message.answeredUnder) {
      return false
    }
    return message.requestID.map { !others.answers.contains($0) } ?? true
  }

  var waitingOfOwn: Set<String> {
    Set(own.messages.filter { isWaiting($0, in: own, beside: other) }.map(\.text))
  }

  var waitingOfOther: Set<String> {
    Set(other.messages.filter { isWaiting($0, in: other, beside: own) }.map(\.text))
  }

  /// What waits in the session's folder as long as nothing was merged.
  var waitingBefore: Set<String> {
    Set(own.messages.filter { isWaiting($0, in: own, beside: Part()) }.map(\.text))
  }
}

@Suite struct FolderMergeTests {
  private let scratch: ScratchFolder
  private var source: FilePath { scratch.file("chat-3") }
  private var target: FilePath { scratch.file("session") }

  init() throws { scratch = try ScratchFolder(in: "/dev/shm") }

  private func write(_ part: ScatteredConversation.Part, to name: String) throws {
    try Directory.create(scratch.file(name))
    let inbox = part.messages.map { "\(JSONValue.object($0.row))\n" }.joined()
    let outbox = part.answers.enumerated().map { index, request in
      "{\"id\":\(index + 1),\"timestamp\":\"2026-04-27T18:00:00Z\",\"role\":\"coordinator\","
        + "\"content\":\"to \(request)\",\"request_id\":\"\(request)\"}\n"
    }.joined()
    try scratch.write(inbox, to: "\(name)/inbox.jsonl")
    try scratch.write(outbox, to: "\(name)/outbox.jsonl")
    if let cursor = part.cursor {
      try scratch.write("\(cursor)\n", to: "\(name)/.coordinator-cursor")
    }
  }

  private func waiting() throws -> [String] {
    let conversation = Conversation(directory: target)
    try conversation.refresh()
    return try conversation.pending.map { try conversation.message(at: $0).content }
  }

  private func messages(_ box: MessageLog.Box = .inbox) throws -> [ChatMessage] {
    var all: [ChatMessage] = []
    try MessageLog(directory: target, box).forEach { all.append($0) }
    return all
  }

  private func merge(stoppingBefore stop: FolderMerge.Step? = nil) throws {
    var merge = FolderMerge(
      source: source, target: target, name: "chat-3", patience: .limited(10_000_000_000))
    merge.interruption = { (step) throws(StorageError) in
      if step == stop { throw StorageError(.noSpace, FilePath("here")) }
    }
    try merge.run()
  }

  /// A process that another test starts has copies of this one's locks for a moment.
  private func mergeAtLast(stoppingBefore stop: FolderMerge.Step? = nil) throws {
    _ = try eventually(within: 60, "the merge") { () throws -> Bool? in
      do {
        try merge(stoppingBefore: stop)
        return true
      } catch let error as StorageError where error.kind == .locked {
        return nil
      }
    }
  }

  private func breakOff(before step: FolderMerge.Step) throws {
    do {
      try mergeAtLast(stoppingBefore: step)
    } catch let error as StorageError where error.kind == .noSpace {
      // As it was told to.
    }
  }

  @Test func `whatever two folders hold, nothing is lost, repeated or asked again`() throws {
    for seed: UInt64 in 0..<60 {
      var generator = SeededGenerator(seed: seed)
      let scattered = ScatteredConversation(using: &generator)
      try write(scattered.own, to: "session")
      try write(scattered.other, to: "chat-3")
      // Crashes, as many as there are, each time at another moment.
      for step in FolderMerge.Step.allCases where Bool.random(using: &generator) {
        try breakOff(before: step)
        let left = Set(try waiting())
        #expect(left.isSuperset(of: scattered.waitingOfOwn), "seed \(seed), before \(step)")
        // Between inbox and cursor more may seem to wait; whoever looks there next puts that right.
        if step == .cursors { continue }
        // Without questions no inbox is written.
        if try step == .inboxRename && FileStatus.of(source) == nil { break }
        #expect(
          left.isSubset(of: scattered.waitingBefore.union(scattered.waitingOfOther)),
          "seed \(seed), before \(step)")
      }
      if try FileStatus.of(source) != nil { try mergeAtLast() }
      try verify(scattered, seed: seed)
      try removeAll()
    }
  }

  @Test func `an inbox that could not be replaced keeps its cursor`() throws {
    for folder in [source, target] { try Directory.create(folder) }
    let rows = ["a", "b", "c"].enumerated().map { index, id in
      "{\"id\":\(index + 1),\"timestamp\":\"2026-04-27T10:00:00Z\",\"content\":\"\(id)\","
        + "\"request_id\":\"\(id)\"}\n"
    }
    try scratch.write(rows[0] + rows[1], to: "session/inbox.jsonl")
    try scratch.write("1\n", to: "session/.coordinator-cursor")
    try scratch.write(rows[2], to: "chat-3/inbox.jsonl")
    #expect { try mergeAtLast(stoppingBefore: .inboxRename) } throws: {
      ($0 as? StorageError)?.kind == .noSpace
    }
    #expect(try scratch.names("session").contains(".wg-merge"))
    #expect(try !scratch.names("session").contains(".inbox.jsonl.merge.tmp"))
    #expect(throws: StorageError.self) { try mergeAtLast(stoppingBefore: .answers) }
    #expect(try waiting() == ["b"])
    try mergeAtLast()
    #expect(try waiting() == ["b", "c"])
  }

  @Test func `a cursor that moved after the crash is not set back`() throws {
    for folder in [source, target] { try Directory.create(folder) }
    let row = "\"timestamp\":\"2026-04-27T10:00:00Z\",\"content\""
    try scratch.write("{\"id\":1,\(row):\"a\"}\n", to: "session/inbox.jsonl")
    try scratch.write("{\"id\":1,\(row):\"b\"}\n", to: "chat-3/inbox.jsonl")
    #expect(throws: StorageError.self) { try mergeAtLast(stoppingBefore: .cursors) }
    let last = try #require(try messages().last)
    try scratch.write("\(last.id)\n", to: "session/.coordinator-cursor")
    try mergeAtLast()
    #expect(try waiting().isEmpty)
  }

  private func verify(_ scattered: ScatteredConversation, seed: UInt64) throws {
    let left = try waiting()
    let expected = scattered.waitingOfOwn.union(scattered.waitingOfOther)
    #expect(Set(left) == expected && left.count == expected.count, "seed \(seed): \(left)")
    let all = try messages()
    let texts = (scattered.own.messages + scattered.other.messages).map(\.text)
    #expect(all.map(\.content).sorted() == texts.sorted(), "seed \(seed)")
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.id < $1.id }, "seed \(seed): ids go up")
    #expect(all.allSatisfy { $0.row["x_unknown"] == .decimal(1.5) }, "seed \(seed)")
    let answers = try messages(.outbox).count
    #expect(
      answers == scattered.own.answers.count + scattered.other.answers.count
        - repeated(scattered), "seed \(seed)")
    #expect(try FileStatus.of(source) == nil)
    #expect(try scratch.names("session/merged") == ["chat-3"], "seed \(seed)")
    let next = try MessageLog(directory: target, .inbox).append(
      NewMessage(role: .user, content: "next", requestID: "next"))
    #expect(next.id > all.map(\.id).max() ?? 0, "seed \(seed)")
    #expect(try waiting() == left + ["next"], "seed \(seed)")
  }

  /// Answers that are the same row in both folders, which become one.
  private func repeated(_ scattered: ScatteredConversation) -> Int {
    Set(scattered.own.answers).intersection(scattered.other.answers).count {
      !$0.hasPrefix("req-")
    }
  }

  private func removeAll() throws {
    for folder in ["session", "chat-3"] { removeTree(scratch.file(folder)) }
  }

  private func removeTree(_ path: FilePath) {
    for name in (try? Directory.names(in: path)) ?? [] {
      removeTree(path.appending(name))
    }
    _ = try? AtomicFile.remove(path)
    _ = try? Directory.removeIfEmpty(path)
  }

  @Test func `times decide the order, and each file keeps its own`() throws {
    try Directory.create(source)
    try Directory.create(target)
    try scratch.write(
      """
      {"id":1,"timestamp":"2026-04-27T10:00:00Z","content":"a","request_id":"a"}
      {"id":2,"timestamp":"2026-04-27T12:00:00Z","content":"c","request_id":"c"}
      {"id":3,"timestamp":"2026-04-27T09:00:00Z","content":"d, by a clock that was set back","request_id":"d"}

      """, to: "session/inbox.jsonl")
    try scratch.write(
      "{\"id\":1,\"timestamp\":\"2026-04-27T11:00:00Z\",\"content\":\"b\",\"request_id\":\"b\"}\n",
      to: "chat-3/inbox.jsonl")
    try mergeAtLast()
    #expect(try messages().map(\.requestID) == ["a", "b", "c", "d"])
    #expect(try messages().map(\.id) == [4, 5, 6, 7], "above what the session's cursor may say")
  }

  @Test func `lines that are no messages and other files are kept`() throws {
    try Directory.create(source)
    try Directory.create(target)
    try scratch.write("not json\n", to: "session/inbox.jsonl")
    try scratch.write(
      "{\"id\":1,\"content\":\"b\",\"request_id\":\"b\"}\n{\"id\":2,\"con", to: "chat-3/inbox.jsonl"
    )
    try scratch.write("theirs", to: "chat-3/session-summary.md")
    try scratch.write("ours", to: "session/conversation.jsonl")
    try scratch.write("theirs", to: "chat-3/conversation.jsonl")
    try scratch.write("7", to: "chat-3/.nex-cursor")
    let before = try scratch.text("chat-3/inbox.jsonl")
    try mergeAtLast()
    let merged = try scratch.text("session/inbox.jsonl")
    #expect(merged.contains("not json\n") && merged.contains("{\"id\":2,\"con\n"), "\(merged)")
    #expect(try scratch.text("session/session-summary.md") == "theirs")
    #expect(try scratch.text("session/conversation.jsonl") == "ours")
    #expect(try scratch.text("session/merged/chat-3/conversation.jsonl") == "theirs")
    #expect(try scratch.text("session/merged/chat-3/inbox.jsonl") == before)
    #expect(try scratch.text("session/.nex-cursor") == "0\n", "nothing was dealt with")
    #expect(try !scratch.names("session").contains(".handler.pid"))
    #expect(try !scratch.names("session/merged/chat-3").contains(".handler.pid"))
  }

  @Test(arguments: ["chat-3", "session"])
  func `a folder that a handler holds is left alone`(name: String) throws {
    try write(.init(), to: "session")
    try write(.init(), to: "chat-3")
    guard case .acquired(let lock) = try SessionLock.tryAcquire(scratch.file(name)) else {
      Issue.record("the lock is free")
      return
    }
    #expect { try merge() } throws: { ($0 as? StorageError)?.kind == .locked }
    #expect(try FileStatus.of(source) != nil)
    lock.close()
    try mergeAtLast()
    #expect(try FileStatus.of(source) == nil)
  }
}
