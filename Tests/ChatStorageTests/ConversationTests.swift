import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@Suite struct ConversationTests {
  @Test func `a chat without files has nothing pending`() throws {
    let chat = try ScratchChat()
    let conversation = chat.conversation()
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
    #expect(conversation.problems.isEmpty)
    let nowhere = Conversation(directory: chat.path.appending("none"))
    #expect(try nowhere.refresh())
  }

  @Test func `what was asked is pending in order until it is answered`() throws {
    let chat = try ScratchChat()
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
    let chat = try ScratchChat()
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
    let chat = try ScratchChat()
    try chat.ask("")
    let conversation = chat.conversation()
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["req-1"])
    try chat.answer("req-1")
    #expect(try conversation.refresh())
    #expect(conversation.pending.isEmpty)
  }

  @Test func `a question sent twice is answered once`() throws {
    let chat = try ScratchChat()
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
    let chat = try ScratchChat()
    let rows = ["a", "b"].map { "{\"id\":1,\"content\":\"\($0)\",\"request_id\":\"\($0)\"}\n" }
    try chat.folder.write(rows.joined(), to: "inbox.jsonl")
    let conversation = chat.conversation()
    #expect(try conversation.refresh())
    #expect(conversation.waiting == ["a", "b"])
    #expect(
      try conversation.pending.map { try conversation.message(at: $0).content } == ["a", "b"])
  }

  @Test func `bad rows are passed over and named, the others count`() throws {
    let chat = try ScratchChat()
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
    let chat = try ScratchChat()
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
    let chat = try ScratchChat()
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
      let chat = try ScratchChat()
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
    let chat = try ScratchChat()
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
    let chat = try ScratchChat()
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
