import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// Clients of the control socket that send what they should not.
///
/// Each time, another client that was there before is served as before.
@Suite(.serialized) struct BadFrameTests {
  private func check(_ body: (Project, ControlClient) throws -> Void) throws {
    try check { project, client, _ in try body(project, client) }
  }

  private func check(_ body: (Project, ControlClient, Int) throws -> Void) throws {
    let project = try Project()
    let dispatcher = try project.start()
    let chat = try project.createChat("--handler", "echo")
    let bystander = try ControlClient(project)
    _ = try bystander.ask(["cmd": "hello"])
    try body(project, try ControlClient(project), chat)
    #expect(try bystander.ask(["cmd": "list_chats"])["ok"] == true)
    #expect(try project.ask(chat, "alive?") == "alive?")
    #expect(dispatcher.isStillAlive, "\(project.picture)")
  }

  @Test(arguments: [
    "not json", "{", "[]", "null", "{}", "{\"cmd\":1}", "{\"cmd\":\"no_such\"}", "\u{0}",
    "{\"cmd\":\"status\"} {\"cmd\":\"status\"}", "\"\\ud800\"",
    "{\"cmd\":\"stop_chat\"}", "{\"cmd\":\"stop_chat\",\"chat_id\":-1}",
    "{\"cmd\":\"stop_chat\",\"chat_id\":4294967296}", "{\"cmd\":\"stop_chat\",\"chat_id\":1e99}",
    "{\"cmd\":\"stop_chat\",\"chat_id\":1.5}", "{\"cmd\":\"stop_chat\",\"chat_id\":\"../1\"}",
    "{\"cmd\":\"stop_chat\",\"chat_id\":77}", "{\"cmd\":\"attach\",\"chat_id\":77}",
    "{\"cmd\":\"user_chat\",\"chat_id\":77,\"message\":\"x\",\"request_id\":\"r\"}",
    "{\"cmd\":\"purge_chats\",\"except\":\"all\"}", "{\"cmd\":\"purge_chats\",\"grace_ms\":-5}",
    "{\"cmd\":\"set_chat_executor\",\"chat_id\":0}", "{\"cmd\":\"spawn\",\"task_id\":\"t\"}",
  ])
  func `a request that makes no sense is answered with an error`(frame: String) throws {
    try check { project, client in
      try client.send(Array("\(frame)\n".utf8))
      let line = try client.nextLine()
      if let line {
        let answer = try JSONValue.parse(line)
        #expect(answer["ok"] == false, "\(answer)")
        #expect(answer["error"]?.string?.isEmpty == false)
        #expect(answer["code"]?.string?.isEmpty == false)
      }
      #expect(project.handlers().isEmpty)
    }
  }

  @Test func `deeply nested input is refused and not followed`() throws {
    try check { _, client in
      try client.send(Array((String(repeating: "[", count: 100_000) + "\n").utf8))
      if let line = try client.nextLine() {
        #expect(try JSONValue.parse(line)["ok"] == false)
      }
    }
  }

  @Test func `a frame of two mebibytes is refused and the connection closed`() throws {
    try check { _, client in
      let frame = "{\"cmd\":\"hello\",\"x\":\"" + String(repeating: "x", count: 2 << 20) + "\"}\n"
      do {
        try client.send(Array(frame.utf8))
        if let line = try client.nextLine() {
          #expect(try JSONValue.parse(line)["ok"] == false)
          #expect(try client.nextLine() == nil, "closed after the complaint")
        }
      } catch let error as Errno {
        #expect([.brokenPipe, .connectionReset].contains(error), "closed while we wrote")
      }
    }
  }

  @Test func `a frame of almost a mebibyte is read`() throws {
    try check { project, client, chat in
      let text = String(repeating: "y", count: 1_000_000)
      let answer = try client.ask([
        "cmd": "user_chat", "chat_id": .integer(chat), "request_id": "long", "message": .text(text),
      ])
      #expect(answer["ok"] == true, "\(answer)")
      try project.waitForAnswers(of: chat)
      #expect(try project.outbox(of: chat).first?["content"]?.string == text)
    }
  }

  @Test func `half a frame holds nobody up`() throws {
    try check { project, client in
      try client.send(Array("{\"cmd\":\"sta".utf8))
      let others = try (1...20).map { _ in try ControlClient(project) }
      for other in others { try other.send(Array("{".utf8)) }
      for other in others { try other.send(Array("\"cmd\":\"hello\"}\n".utf8)) }
      for other in others { #expect(try other.nextLine() != nil) }
      try client.send(Array("tus\"}\n".utf8))
      #expect(try client.nextLine() != nil, "the rest of a frame may come late")
    }
  }

  @Test func `a client that never reads its answers is let go`() throws {
    try check { _, client in
      // The longest answer that there is: what must pile up is soon there.
      let requests = Array(String(repeating: "{\"cmd\":\"metrics\"}\n", count: 100).utf8)
      var refused = false
      for _ in 1...1_000 where !refused {
        do { try client.send(requests) } catch { refused = true }
      }
      #expect(refused, "answers for a client that does not read are not kept without bound")
    }
  }

  @Test func `random bytes are harmless`() throws {
    try check { project, _ in
      var numbers = SeededNumbers()
      for _ in 1...Rounds.count(50) {
        let client = try ControlClient(project)
        let count = Int.random(in: 1...5_000, using: &numbers)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        try? client.send(bytes + [10])
      }
      #expect(project.answers(), "seed \(Rounds.seed)")
    }
  }

  @Test func `hundreds of connections that say nothing leave room for one that does`() throws {
    try check { project, _ in
      let silent = try (1...300).map { _ in try ControlClient(project) }
      #expect(try ControlClient(project).ask(["cmd": "hello"])["ok"] == true)
      _ = silent
    }
  }

  @Test func `who comes when there are too many is told so, and served when there is room`() throws
  {
    try check { project, _ in
      let script = """
        import resource, socket, sys
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        def connect():
            end = socket.socket(socket.AF_UNIX)
            end.connect(sys.argv[1])
            return end
        ends = [connect() for _ in range(1024)]
        print(connect().recv(4096).decode())
        """
      let socket = project.service.appending("daemon.sock").string
      let crowd = try project.begin(system: "python3", ["-c", script, socket]).finish()
      #expect(crowd.output.contains("try_again"), "\(crowd)")
      try project.until("there is room") {
        (try? ControlClient(project).ask(["cmd": "hello"])["ok"]) == true
      }
    }
  }
}
