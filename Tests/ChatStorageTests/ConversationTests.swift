import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

/// A chat's folder with both sides of a conversation.
private struct Chat {
  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  var path: FilePath { folder.path }
  func conversation() -> Conversation { Conversation(directory: path) }

  @discardableResult
  func ask(_ requestID: String, _ content: String = "?") throws -> ChatMessage {
    try MessageLog(directory: path, .inbox).append(
      NewMessage(role: .user, content: content, requestID: requestID))
  }

  @discardableResult
  func answer(_ requestID: String) throws -> ChatMessage {
    try MessageLog(directory: path, .outbox).append(
      NewMessage(role: .coordinator, content: "!", requestID: requestID))
  }
}

extension Conversation {
  fileprivate var waiting: [String] { pending.map(\.requestID) }
}

@Suite struct ConversationTests {
  @Test func `a chat without files has nothing pending`() throws {
    let chat = try Chat()
    let conversation = chat.conversation()
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
    #expect(conversation.problems.isEmpty)
    let nowhere = Conversation(directory: chat.path.appending("none"))
    #expect(try nowhere.refresh())
  }

  @Test func `what was asked is pending in order until it is answered`() throws {
    let chat = try Chat()
    let conversation = chat.conversation()
    for name in ["a", "b", "c"] { try chat.ask(name, "say \(name)") }
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["a", "b", "c"])
    #expect(conversation.pending.map(\.id) == [1, 2, 3])
    let second = try #require(conversation.pending.dropFirst().first)
    #expect(try conversation.message(at: second).content == "say b")
    try chat.answer("b")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["a", "c"])
    #expect(conversation.answeredCount == 1)
    try chat.answer("a")
    try chat.answer("c")
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
    #expect(conversation.answeredCount == 3)
  }

  @Test func `history is not counted, and what was asked and answered meanwhile is`() throws {
    let chat = try Chat()
    try chat.ask("a")
    try chat.answer("a")
    let conversation = chat.conversation()
    #expect(try conversation.refresh())
    #expect(conversation.answeredCount == 0)
    try chat.ask("b")
    try chat.answer("b")
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
    #expect(conversation.answeredCount == 1)
  }

  @Test func `a message without a request id is answered under its own id`() throws {
    let chat = try Chat()
    try chat.ask("")
    let conversation = chat.conversation()
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["req-1"])
    try chat.answer("req-1")
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
  }

  @Test func `a question sent twice is answered once`() throws {
    let chat = try Chat()
    let conversation = chat.conversation()
    try chat.ask("a")
    try chat.answer("a")
    #expect(try conversation.refresh())
    try chat.ask("a")
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
    try conversation.saveCheckpoint()
    try chat.ask("a")
    let other = chat.conversation()
    #expect(try other.refresh())
    #expect(other.pending.isEmpty)
  }

  @Test func `rows with the same id are different messages`() throws {
    let chat = try Chat()
    let rows = ["a", "b"].map { "{\"id\":1,\"content\":\"\($0)\",\"request_id\":\"\($0)\"}\n" }
    try chat.folder.write(rows.joined(), to: "inbox.jsonl")
    let conversation = chat.conversation()
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["a", "b"])
    #expect(
      try conversation.pending.map { try conversation.message(at: $0).content } == ["a", "b"])
  }

  @Test func `bad rows are passed over and named, the others count`() throws {
    let chat = try Chat()
    try chat.folder.write(
      "{\"id\":1,\"content\":\"\",\"request_id\":\"a\"}\r\nnonsense\n\0\0\0\n\n[1]\n{\"id\":\"x\"}\n"
        + "{\"id\":2,\"content\":\"\",\"request_id\":\"b\"}\n{\"id\":3,\"con",
      to: "inbox.jsonl")
    let conversation = chat.conversation()
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["a", "b"])
    #expect(conversation.problems.count == 5)
    #expect(conversation.problems.compactMap(\.offset).count == 5)
    try chat.folder.append("tent\":\"\",\"request_id\":\"c\"}\n", to: "inbox.jsonl")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["a", "b", "c"])
    #expect(conversation.problems.count == 4)
  }

  @Test func `a whole row counts before its newline is there, and once`() throws {
    let chat = try Chat()
    let conversation = chat.conversation()
    try chat.folder.append("{\"id\":1,\"content\":\"\",\"request_id\":\"a\"}", to: "inbox.jsonl")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["a"])
    #expect(conversation.problems.isEmpty)
    try chat.folder.append("\n", to: "inbox.jsonl")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["a"])
    try chat.ask("b")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["a", "b"])
  }

  @Test func `both files cut at every byte leave what is whole`() throws {
    let chat = try Chat()
    for name in ["a", "b", "c"] { try chat.ask(name) }
    for name in ["a", "b"] { try chat.answer(name) }
    let (inbox, outbox) = (
      try chat.folder.bytes("inbox.jsonl"), try chat.folder.bytes("outbox.jsonl")
    )
    for count in 0...inbox.count {
      try chat.folder.overwrite("inbox.jsonl", with: Array(inbox.prefix(count)))
      let conversation = chat.conversation()
      #expect(try conversation.refresh())
      #expect(
        conversation.waiting == ["c"] || conversation.pending.isEmpty, "inbox cut at \(count)")
      #expect(conversation.waiting == ["c"] || count < inbox.count - 1)
    }
    for count in 0...outbox.count {
      try chat.folder.overwrite("outbox.jsonl", with: Array(outbox.prefix(count)))
      let conversation = chat.conversation()
      #expect(try conversation.refresh())
      #expect(["a", "b", "c"].suffix(conversation.pending.count) == conversation.waiting[...])
    }
  }

  @Test func `an answer is believed in whatever steps the files are read`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let chat = try Chat()
      let watcher = chat.conversation()
      var expected: [String] = []
      for step in 0..<30 {
        if Bool.random(using: &random) || expected.isEmpty {
          try chat.ask(
            "q\(step)", String(repeating: "x", count: Int.random(in: 0..<200, using: &random)))
          expected.append("q\(step)")
        } else {
          try chat.answer(expected.remove(at: Int.random(in: 0..<expected.count, using: &random)))
        }
        if Bool.random(using: &random) {
          _ = try watcher.refresh(budget: Int.random(in: 1..<500, using: &random))
        }
        if Int.random(in: 0..<5, using: &random) == 0 { _ = try watcher.saveCheckpoint() }
      }
      for conversation in [watcher, chat.conversation()] {
        while try !conversation.refresh(budget: Int.random(in: 1..<300, using: &random)) {}
        #expect(conversation.waiting == expected, "seed \(seed)")
      }
    }
  }

  @Test func `a thread that asks and one that answers leave nothing behind`() throws {
    let chat = try Chat()
    let path = chat.path
    onThreads(3) { index in
      let conversation = Conversation(directory: path)
      switch index {
      case 0:
        for number in 0..<100 {
          let new = NewMessage(role: .user, content: "?", requestID: "q\(number)")
          #expect(throws: Never.self) { try MessageLog(directory: path, .inbox).append(new) }
        }
      case 1:
        var answered = 0
        while answered < 100 {
          #expect(throws: Never.self) {
            try conversation.refresh()
            for message in conversation.pending {
              let new = NewMessage(
                role: .coordinator, content: "!", requestID: message.requestID)
              try MessageLog(directory: path, .outbox).append(new)
              answered += 1
            }
          }
        }
        #expect(answered == 100)
      default:
        for _ in 0..<200 { #expect(throws: Never.self) { try conversation.refresh(budget: 100) } }
      }
    }
    let conversation = chat.conversation()
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
    #expect(conversation.problems.isEmpty)
  }
}

@Suite struct ConversationCostTests {
  @Test func `after 100 MB an append costs about one row`() throws {
    let chat = try Chat()
    let filler = String(repeating: "x", count: 1 << 20)
    let inbox = try Descriptor.open(
      chat.path.appending("inbox.jsonl"), flags: O_WRONLY | O_CREAT | O_APPEND)
    for id in 1...100 {
      let row = "{\"id\":\(id),\"content\":\"\(filler)\",\"request_id\":\"r\(id)\"}\n"
      try inbox.writeAll(Array(row.utf8))
    }
    try chat.folder.write("100\n", to: ".coordinator-cursor")
    let conversation = chat.conversation()
    var turns = 0
    while try !conversation.refresh(budget: 8 << 20) { turns += 1 }
    #expect(turns >= 12)
    #expect(conversation.pending.isEmpty)
    #expect(conversation.bytesRead >= 100 << 20)
    let before = conversation.bytesRead
    try chat.ask("new")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["new"])
    #expect(conversation.bytesRead - before < 1024)
    let quiet = conversation.bytesRead
    #expect(try conversation.refresh())
    #expect(conversation.bytesRead == quiet)
    try chat.answer("new")
    #expect(try conversation.refresh())
    #expect(try conversation.saveCheckpoint())
    let next = chat.conversation()
    try chat.ask("newer")
    #expect(try next.refresh())
    #expect(next.waiting == ["newer"])
    #expect(next.bytesRead < 1024)
  }
}

@Suite struct CheckpointTests {
  private func settled() throws -> Chat {
    let chat = try Chat()
    for name in ["a", "b"] {
      try chat.ask(name)
      try chat.answer(name)
    }
    let conversation = chat.conversation()
    try conversation.refresh()
    #expect(try conversation.saveCheckpoint())
    return chat
  }

  @Test func `reading alone writes nothing`() throws {
    let chat = try Chat()
    try chat.ask("a")
    let before = try chat.folder.names()
    try chat.conversation().refresh()
    #expect(try chat.folder.names() == before)
  }

  @Test func `none is written while something waits or is unread`() throws {
    let chat = try Chat()
    try chat.ask("a")
    try chat.ask("b")
    let conversation = chat.conversation()
    #expect(try !conversation.saveCheckpoint())
    _ = try conversation.refresh(budget: 1)
    #expect(try !conversation.saveCheckpoint())
    try conversation.refresh()
    #expect(try !conversation.saveCheckpoint())
    #expect(try !chat.folder.names().contains(".wg-positions"))
  }

  @Test func `a new process starts where the last one was`() throws {
    let chat = try settled()
    let conversation = chat.conversation()
    try conversation.refresh()
    #expect(conversation.bytesRead == 0)
    #expect(conversation.pending.isEmpty)
  }

  @Test(arguments: [
    "", "{", "[]", "{}", #"{"version":2}"#, #"{"version":1,"inbox":{},"outbox":{}}"#,
    #"{"version":1,"inbox":{"inode":0,"offset":9,"last_id":1},"outbox":{"inode":0,"offset":0,"last_id":0}}"#,
    #"{"version":1,"inbox":{"inode":0,"offset":-9,"last_id":1},"outbox":{"inode":0,"offset":0,"last_id":0}}"#,
  ])
  func `nonsense is ignored`(text: String) throws {
    let chat = try settled()
    try chat.ask("c")
    try chat.folder.write(text, to: ".wg-positions")
    let conversation = chat.conversation()
    try conversation.refresh()
    #expect(conversation.waiting == ["c"])
  }

  @Test func `one that does not fit the files is ignored`() throws {
    let chat = try settled()
    let inbox = try chat.folder.bytes("inbox.jsonl")
    let shifted = Array("{\"id\":9,\"content\":\"\",\"request_id\":\"z\"}\n".utf8) + inbox
    try chat.folder.overwrite("inbox.jsonl", with: shifted)
    let first = chat.conversation()
    try first.refresh()
    #expect(first.waiting == ["z"])
    try chat.folder.overwrite("inbox.jsonl", with: Array(inbox.prefix(inbox.count / 2)))
    let second = chat.conversation()
    try second.refresh()
    #expect(second.pending.isEmpty)
    try chat.folder.write(String(decoding: shifted, as: UTF8.self), to: "inbox.jsonl")
    let third = chat.conversation()
    try third.refresh()
    #expect(third.waiting == ["z"])
  }
}

@Suite struct RotationTests {
  private let row = "{\"id\":1,\"content\":\"\",\"request_id\":\"fresh\"}\n"

  @Test func `a new inbox is read from its beginning`() throws {
    let chat = try Chat()
    for name in ["a", "b"] { try chat.ask(name) }
    let conversation = chat.conversation()
    try conversation.refresh()
    try chat.folder.write(row, to: "inbox.jsonl")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["fresh"])
  }

  @Test func `a shorter inbox, a longer one and none are noticed`() throws {
    let chat = try Chat()
    for name in ["a", "b"] { try chat.ask(name) }
    let conversation = chat.conversation()
    try conversation.refresh()
    try chat.folder.overwrite("inbox.jsonl", with: Array(row.utf8))
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["fresh"])
    let longer = "{\"id\":1,\"content\":\"longer than before\",\"request_id\":\"x\"}\n"
    try chat.folder.overwrite("inbox.jsonl", with: Array(longer.utf8))
    while try !conversation.refresh() {}
    #expect(conversation.waiting == ["x"])
    unlink(chat.path.appending("inbox.jsonl").string)
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
  }

  @Test func `answers that stay count for an inbox that was rewritten`() throws {
    let chat = try Chat()
    for number in 0..<40 {
      try chat.ask("q\(number)")
      try chat.answer("q\(number)")
    }
    try chat.ask("last")
    let conversation = chat.conversation()
    try conversation.refresh()
    try chat.folder.write(try chat.folder.text("inbox.jsonl"), to: "inbox.jsonl")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["last"])
  }

  @Test func `an outbox that was rotated away does not bring questions back`() throws {
    let chat = try Chat()
    try chat.ask("a")
    try chat.answer("a")
    let conversation = chat.conversation()
    try conversation.refresh()
    unlink(chat.path.appending("outbox.jsonl").string)
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
    try chat.ask("b")
    try chat.answer("b")
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
  }

  @Test func `a pending message that moved is not mistaken for another`() throws {
    let chat = try Chat()
    try chat.ask("a")
    let conversation = chat.conversation()
    try conversation.refresh()
    let pending = try #require(conversation.pending.first)
    try chat.folder.write(row, to: "inbox.jsonl")
    #expect { try conversation.message(at: pending) } throws: {
      ($0 as? StorageError)?.kind == .badData
    }
  }
}

@Suite struct CursorTests {
  @Test func `messages up to the cursor are not pending`() throws {
    let chat = try Chat()
    for name in ["a", "b", "c"] { try chat.ask(name) }
    let conversation = chat.conversation()
    try conversation.refresh()
    try chat.conversation().advanceCursor(2)
    #expect(try chat.folder.text(".coordinator-cursor") == "2\n")
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["c"])
    let other = chat.conversation()
    try other.refresh()
    #expect(other.waiting == ["c"])
  }

  @Test func `the cursor never goes back`() throws {
    let chat = try Chat()
    for name in ["a", "b", "c"] { try chat.ask(name) }
    let conversation = chat.conversation()
    try conversation.refresh()
    try conversation.advanceCursor(3)
    try conversation.advanceCursor(1)
    #expect(try chat.folder.text(".coordinator-cursor") == "3\n")
    #expect(conversation.pending.isEmpty)
  }

  @Test func `a cursor of a rotated inbox hides nothing and can be replaced`() throws {
    let chat = try Chat()
    try chat.folder.write("500", to: ".coordinator-cursor")
    let rows = [1, 2].map { "{\"id\":\($0),\"content\":\"\",\"request_id\":\"q\($0)\"}\n" }
    try chat.folder.write(rows.joined(), to: "inbox.jsonl")
    let conversation = chat.conversation()
    try conversation.refresh()
    #expect(conversation.waiting == ["q1", "q2"])
    try conversation.advanceCursor(1)
    #expect(conversation.waiting == ["q2"])
    #expect(try chat.folder.text(".coordinator-cursor") == "1\n")
  }

  @Test(arguments: ["", "x", "-1", "+1", "1 2", "99999999999999999999", "\0"])
  func `a cursor that is no number is taken as 0 and named`(text: String) throws {
    let chat = try Chat()
    try chat.ask("a")
    try chat.folder.write(text, to: ".coordinator-cursor")
    let conversation = chat.conversation()
    try conversation.refresh()
    #expect(conversation.waiting == ["a"])
    #expect(conversation.problems.count == 1)
  }
}

@Suite struct ConversationErrorTests {
  @Test func `links and folders in place of a file are errors`() throws {
    let chat = try Chat()
    symlink("/etc/passwd", chat.path.appending("outbox.jsonl").string)
    #expect { try chat.conversation().refresh() } throws: {
      ($0 as? StorageError)?.kind == .notPermitted
    }
    unlink(chat.path.appending("outbox.jsonl").string)
    mkdir(chat.path.appending("inbox.jsonl").string, 0o755)
    #expect { try chat.conversation().refresh() } throws: {
      ($0 as? StorageError)?.kind == .badData
    }
  }

  @Test func `a file that may not be read is an error`() throws {
    guard geteuid() != 0 else {
      print("skipped: root may read every file")
      return
    }
    let chat = try Chat()
    try chat.ask("a")
    chmod(chat.path.appending("inbox.jsonl").string, 0)
    #expect { try chat.conversation().refresh() } throws: {
      ($0 as? StorageError)?.kind == .notPermitted
    }
  }
}
