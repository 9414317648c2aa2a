import ChatStorage
import Glibc
import JSONLines
import LinuxSystem
import SystemPackage
import Testing

@Suite struct MessageLogTests {
  private func message(_ content: String, _ requestID: String = "r") -> NewMessage {
    NewMessage(role: .user, content: content, requestID: requestID)
  }

  private func all(_ log: MessageLog) throws -> (messages: [ChatMessage], problems: [Problem]) {
    var messages: [ChatMessage] = []
    var problems: [Problem] = []
    try log.forEach(report: { problems.append($0) }) { (message) throws(StorageError) in
      messages.append(message)
    }
    return (messages, problems)
  }

  @Test func `a row has the members of the existing program in their order`() throws {
    let folder = try ScratchFolder()
    let log = MessageLog(directory: folder.path, .inbox)
    var new = message("status?", "chat-1")
    new.timestamp = "2026-04-27T18:00:00.5+00:00"
    new.user = "erik"
    new.fullResponse = "all"
    new.attachments = [["path": "a"]]
    let appended = try log.append(new)
    #expect(appended.id == 1)
    let row = """
      {"id":1,"timestamp":"2026-04-27T18:00:00.5+00:00","role":"user","content":"status?",\
      "request_id":"chat-1","attachments":[{"path":"a"}],"full_response":"all","user":"erik"}

      """
    #expect(try folder.text("inbox.jsonl") == row)
    #expect(try folder.text("chat.log") == "[2026-04-27T18:00:00.5+00:00] user: all\n\n")
  }

  @Test func `ids go on from the last row, whatever stands around it`() throws {
    let folder = try ScratchFolder()
    let log = MessageLog(directory: folder.path, .outbox)
    try folder.write(
      "{\"id\":41,\"content\":\"\"}\r\n\n\0\0\nnot json\n{\"id\":", to: "outbox.jsonl")
    #expect(try log.append(message("x")).id == 42)
    let (messages, problems) = try all(log)
    #expect(messages.map(\.id) == [41, 42])
    #expect(problems.count == 3)
  }

  @Test func `the largest id is not exceeded`() throws {
    let folder = try ScratchFolder()
    try folder.write("{\"id\":18446744073709551615,\"content\":\"\"}\n", to: "inbox.jsonl")
    #expect { try MessageLog(directory: folder.path, .inbox).append(message("x")) } throws: {
      ($0 as? StorageError)?.kind == .badData
    }
  }

  @Test func `an inbox that was rotated away goes on after the cursor`() throws {
    let folder = try ScratchFolder()
    try folder.write("7\n", to: ".coordinator-cursor")
    #expect(try MessageLog(directory: folder.path, .inbox).append(message("x")).id == 8)
  }

  @Test func `a file cut at every byte loses at most the row that was cut`() throws {
    let folder = try ScratchFolder()
    let log = MessageLog(directory: folder.path, .inbox)
    for index in 1...4 { try log.append(message("m\(index) \"é\"\n😀", "r\(index)")) }
    let whole = try folder.bytes("inbox.jsonl")
    for count in 0...whole.count {
      try folder.overwrite("inbox.jsonl", with: Array(whole.prefix(count)))
      let complete = whole.prefix(count).count { $0 == 0x0A }
      let kept = try all(log).messages.map(\.id)
      #expect(kept.starts(with: (0..<complete).map { UInt64($0 + 1) }), "cut at \(count)")
      #expect(kept.count <= complete + 1)
      let next = try log.append(message("next", "n"))
      #expect(next.id == UInt64(kept.count) + 1, "cut at \(count)")
      #expect(try all(log).messages.map(\.id) == kept + [next.id], "cut at \(count)")
      #expect(try log.last(1).map(\.content) == ["next"])
    }
  }

  @Test func `rows that were glued together are both read`() throws {
    let folder = try ScratchFolder()
    try folder.write(
      #"{"id":1,"content":"a"}{"id":2,"content":"b"}"# + "\n" + #"{"id":3,"content":"c"}"#,
      to: "inbox.jsonl")
    let log = MessageLog(directory: folder.path, .inbox)
    #expect(try all(log).messages.map(\.content) == ["a", "b", "c"])
    #expect(try log.last(2).map(\.content) == ["b", "c"])
    #expect(try log.last(9).count == 3)
    #expect(try log.last(0).isEmpty)
  }

  @Test func `eight writers lose nothing, glue nothing and never share an id`() throws {
    let folder = try ScratchFolder()
    let path = folder.path
    onThreads(8) { writer in
      let log = MessageLog(directory: path, .inbox)
      for index in 0..<25 {
        let text = String(repeating: "x", count: index * 37)
        let new = NewMessage(role: .user, content: text, requestID: "w\(writer)-\(index)")
        #expect(throws: Never.self) { try log.append(new) }
      }
    }
    let (messages, problems) = try all(MessageLog(directory: path, .inbox))
    #expect(problems.isEmpty)
    #expect(messages.map(\.id) == (1...200).map { UInt64($0) })
    let expected = (0..<8).flatMap { writer in (0..<25).map { "w\(writer)-\($0)" } }
    #expect(Set(messages.map(\.requestID)) == Set(expected))
    for writer in 0..<8 {
      let own = messages.map(\.requestID).filter { $0.hasPrefix("w\(writer)-") }
      #expect(own == (0..<25).map { "w\(writer)-\($0)" })
    }
  }

  @Test func `reading goes on where it stopped`() throws {
    let folder = try ScratchFolder()
    let log = MessageLog(directory: folder.path, .outbox)
    try log.append(message("a"))
    let offset = try log.forEach { (_) throws(StorageError) in }
    try log.append(message("b"))
    var contents: [String] = []
    try log.forEach(from: offset) { (message) throws(StorageError) in
      contents.append(message.content)
    }
    #expect(contents == ["b"])
  }

  @Test func `links and folders in place of the file are refused, missing files are empty`() throws
  {
    let folder = try ScratchFolder()
    let log = MessageLog(directory: folder.path, .inbox)
    #expect(try log.last(5).isEmpty)
    #expect(try all(log).messages.isEmpty)
    symlink("/etc/passwd", log.path.string)
    #expect { try log.append(message("x")) } throws: {
      ($0 as? StorageError)?.kind == .notPermitted
    }
    #expect { try log.last(1) } throws: { ($0 as? StorageError)?.kind == .notPermitted }
    unlink(log.path.string)
    mkdir(log.path.string, 0o755)
    #expect { try log.append(message("x")) } throws: { ($0 as? StorageError)?.kind == .badData }
    #expect { try log.last(1) } throws: { ($0 as? StorageError)?.kind == .badData }
  }

  @Test func `unknown members of a row are there for whoever asks`() throws {
    let folder = try ScratchFolder()
    try folder.write(#"{"id":1,"content":"a","future":[1.0]}"# + "\n", to: "inbox.jsonl")
    let message = try #require(try MessageLog(directory: folder.path, .inbox).last(1).first)
    #expect(message.row["future"]?.description == "[1.0]")
    #expect(message.effectiveRequestID == "req-1")
    #expect(message.role == .other(""))
  }
}
