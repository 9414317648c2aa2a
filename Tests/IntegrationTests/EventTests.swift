import JSONLines
import LinuxSystem
import SystemPackage
import TestSupport
import Testing

/// The stream of decisions: whole, resumable, and never waited for.
@Suite(.serialized) struct EventTests {
  private func sequences(_ text: String) -> [UInt64] {
    text.split(separator: "\n").compactMap { line in
      (try? JSONValue.parse(Array(line.utf8)))?["seq"]?.uint
    }
  }

  @Test func `who follows is told of every decision once, and goes on after a restart`() throws {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    _ = try project.ask(chat, "before")
    let follower = try project.begin(["events", "--follow", "--json", "--since", "0"])
    _ = try project.ask(chat, "meanwhile")
    try project.run("chat", "stop", "\(chat)").mustSucceed()
    try project.stop()
    let outcome = try follower.finish()
    #expect(outcome.status == 75)
    let seen = sequences(outcome.output)
    let all = try project.decisions().compactMap { $0["seq"]?.uint }
    #expect(seen == all && seen == Array(1...UInt64(max(1, seen.count))))

    try project.start()
    try project.run("chat", "start", "\(chat)").mustSucceed()
    _ = try project.ask(chat, "after")
    let rest = try project.json("events", "--since", "\(seen.count)")
    let more = rest["events"]?.array?.compactMap { $0["seq"]?.uint } ?? []
    #expect(more.first == UInt64(seen.count + 1) && rest["cursor"]?.uint == more.last)
  }

  @Test func `a cursor that lies ahead is told of`() throws {
    let project = try Project()
    let outcome = try project.run("events", "--since", "5")
    #expect(outcome.status == 0 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("the last decision is 0, before the cursor 5"))
    #expect(try project.run("events", "--follow").status == 69)
  }

  @Test func `a subscriber that does not read is dropped with a notice, and nobody waits for it`()
    throws
  {
    let project = try Project()
    try project.start()
    let chat = try project.createChat("--handler", "echo")
    let sleeper = try ControlClient(project)
    #expect(try sleeper.ask(["cmd": "subscribe"])["ok"] == true)
    let busy = try ControlClient(project)
    // Each reset is a decision; the socket's own buffers come on top of the limit.
    let reset = Array("{\"cmd\":\"reset_chat\",\"chat_id\":\(chat)}\n".utf8)
    for _ in 0..<50 {
      try busy.send((0..<100).flatMap { _ in reset })
      for _ in 0..<100 {
        let answer = try #require(try busy.nextLine())
        #expect(try JSONValue.parse(answer)["ok"] == true)
      }
    }
    var events: [JSONValue] = []
    while let line = try sleeper.nextLine() { events.append(try JSONValue.parse(line)) }
    #expect(events.last?["event"] == "dropped", "\(events.count) events")
    let last = events.dropLast().last?["decision"]?["seq"]
    #expect(events.last?["seq"] == last)
  }
}
