import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// What went wrong, as the user told it, each explained by one `wg why`.
@Suite(.serialized) struct WhyTests {
  private func why(_ project: Project, _ chat: Int) throws -> JSONValue {
    let answer = try project.json("why", "\(chat)", "--verify")
    #expect(answer["verification"]?["differences"] == .array([]), "\(answer)")
    return answer
  }

  @Test func `a supervisor of an id that is gone says so and does not start`() throws {
    let project = try Project()
    let file = project.service.appending("coordinator-state-7.json")
    try project.write(file, "{\"enabled\":true,\"executor\":\"claude\"}\n")
    try project.start()
    for isRunning in [true, false] {
      if !isRunning { try project.stop() }
      let answer = try why(project, 7)
      #expect(answer["state"] == "archived" && answer["pid"] == .null)
      #expect(answer["clause"] == "stale-id" && answer["rule"] == 10)
      #expect(answer["event"] == "the task is not in the graph")
      #expect(answer["because"]?.string?.hasPrefix("no task .chat-7 in the graph") == true)
      #expect(answer["next"]?.string?.contains("(stale-id)") == true)
      #expect(answer["dispatcher"] == (isRunning ? "running" : "not_running"))
    }
  }

  @Test func `a lock that a live handler holds is said to be adopted`() throws {
    let project = try Project()
    let chat = try project.createChat("--handler", "echo")
    #expect(try project.start().pid > 0)
    _ = try project.ask(chat, "hello")
    try project.killDispatcher()
    let handler = try #require(project.lockHolder(of: chat))
    try project.start()
    let answer = try why(project, chat)
    #expect(answer["state"] == "running" && answer["pid"]?.int == Int64(handler.pid))
    #expect(answer["clause"] == "adopted" && answer["rule"] == 9)
    #expect(answer["because"]?.string?.contains("holds the session lock") == true)
    #expect(answer["crashes"] == .array([]))
  }

  @Test func `a chat that was retired names who retired it, and refuses`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "hello")
    try project.run("chat", "archive", "\(chat)").mustSucceed()
    try project.run("service", "restart").mustSucceed()
    let client = try ControlClient(project)
    let refusal = try client.ask([
      "cmd": "user_chat", "chat_id": .integer(chat), "message": "come back", "request_id": "r1",
    ])
    #expect(refusal["ok"] == false)
    let answer = try why(project, chat)
    #expect(answer["state"] == "archived")
    #expect(answer["next"]?.string?.contains("archive_chat") == true, "\(answer)")
    #expect(answer["changes"]?.array?.first?["command"]?.string == "wg chat restore \(chat)")
    let last = try #require(try project.decisions(of: chat).last)
    #expect(last["clause"] == "refused" && last["to"] == "archived")
    #expect(last["inputs"]?["event"]?["reason"] == "message")
    #expect(project.handlers().isEmpty)
  }

  @Test func `a crash loop tells what the handler said, and when it is tried again`() throws {
    let project = try Project()
    try project.start("--backoff-initial", "5min")
    let chat = try project.createChat(script: "echo the model is away >&2; exit 3")
    try project.send("hello", to: chat)
    try project.waitForState("backoff", of: chat)
    let answer = try why(project, chat)
    #expect(["crashed", "start-timeout"].contains(answer["clause"]?.string ?? ""))
    #expect(answer["next_at"]?.string != nil && answer["crashes"]?.array?.count == 1)
    #expect(answer["changes"]?.array?.first?["command"]?.string == "wg chat reset \(chat)")
    // The socket gives the same answer.
    let asked = try ControlClient(project).ask(["cmd": "why", "chat_id": .integer(chat)])
    for member in ["state", "clause", "because", "event", "headline", "pending"] {
      #expect(asked[member] == answer[member], "\(member)")
    }
    let unknown = try ControlClient(project).ask(["cmd": "why", "chat_id": 99])
    #expect(unknown["code"] == "not_found")
  }
}
