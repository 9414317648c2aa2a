import JSONLines
import LinuxSystem
import Testing

@testable import ChatHandlers

/// What is said to Claude Code, in each state: values, without a program.
@Suite struct ClaudeConversationTests {
  enum Stage: CaseIterable, Sendable {
    case idle, starting, resuming, ready, answering, interrupting
  }

  @Test(arguments: Stage.allCases)
  func `the end of the program is the end of what was under way`(stage: Stage) {
    let atStart = "claude ended before it was ready (exited with status 3): the sky fell"
    let expected: [AgentEffect] =
      switch stage {
      case .idle: []
      case .starting, .resuming: [.quit(HandlerExit(.program, atStart))]
      case .ready:
        [.quit(HandlerExit(.program, "claude ended (exited with status 3): the sky fell"))]
      case .answering: [.fail(.crash(of: "claude"))]
      case .interrupting: [.finishInterrupted, .launch(format + ["--resume", "s"])]
      }
    var claude = claude(stage)
    #expect(claude.handle(.ended(.crash)) == expected)
  }

  @Test(arguments: Stage.allCases)
  func `an interrupt is said in a turn, once`(stage: Stage) {
    var claude = claude(stage)
    let interrupt: JSONObject = [
      "type": "control_request", "request_id": "wg-interrupt",
      "request": ["subtype": "interrupt"],
    ]
    #expect(claude.handle(.interrupted) == (stage == .answering ? [.send(interrupt)] : []))
    #expect(claude.handle(.interrupted) == [])
  }

  @Test(arguments: Stage.allCases)
  func `a program that was given up is replaced by one that goes on`(stage: Stage) {
    var claude = claude(stage)
    let replaces = [.ready, .answering, .interrupting].contains(stage)
    let launch = AgentEffect.launch(format + ["--resume", "s"])
    #expect(claude.handle(.abandoned) == (replaces ? [launch] : []))
  }

  @Test(arguments: Stage.allCases)
  func `a question is asked when it is ready, and at no other time`(stage: Stage) {
    var claude = claude(stage)
    let question: JSONObject = ["type": "user", "message": ["role": "user", "content": "Why?"]]
    #expect(claude.handle(.asked("Why?")) == (stage == .ready ? [.send(question)] : []))
  }

  @Test(arguments: Stage.allCases)
  func `what nobody asked for changes nothing`(stage: Stage) {
    var claude = claude(stage)
    let strays: [JSONObject] = [
      [:], ["type": nil], ["type": "of tomorrow"], ["type": "system", "subtype": "status"],
      ["type": "stream_event"], ["type": "stream_event", "event": ["type": "ping"]],
      ["type": "system", "subtype": "api_retry", "error_status": 529],
      ["type": "user", "message": ["content": [["type": "tool_result", "tool_use_id": "t9"]]]],
      ["type": "assistant", "parent_tool_use_id": "t1", "message": ["content": [text("aside")]]],
    ]
    for stray in strays { #expect(claude.handle(.received(stray)) == [], "\(stray)") }
  }

  @Test(arguments: Stage.allCases)
  func `what it asks is refused, since nobody is there`(stage: Stage) {
    var claude = claude(stage)
    let effects = claude.handle(.received(["type": "control_request", "request_id": "q"]))
    #expect(effects.count == (stage == .idle ? 0 : 1))
    guard case .send(let answer)? = effects.first else { return }
    #expect(answer["response"]?["subtype"]?.string == "error")
    #expect(answer["response"]?["request_id"]?.string == "q")
  }

  @Test func `leftovers of an earlier turn are no part of the next`() {
    var claude = claude(.answering)
    claude.go(.received(use("t1")), .received(result()))
    for late in [outcome("t1"), delta("late"), result("late"), result("late", isError: true)] {
      #expect(claude.handle(.received(late)) == [])
    }
    claude.go(.asked("And now?"))
    #expect(claude.handle(.received(outcome("t1"))) == [])
    // It begins a paragraph, although the earlier turn had ended within one.
    #expect(claude.handle(.received(delta("new"))) == [.add(.paragraphBegins("new"))])
    #expect(claude.handle(.received(result())) == [.finish])
  }

  @Test func `what it did is told when it is over, and what it did not end at the end`() {
    var claude = claude(.answering)
    #expect(claude.handle(.received(use("t1"))) == [])
    #expect(claude.handle(.received(use("t2"))) == [])
    #expect(
      claude.handle(.received(outcome("t1"))) == [.add(.action("Bash: ls", details: "a.txt"))])
    #expect(
      claude.handle(.received(result()))
        == [.add(.action("Bash: ls (not finished)", details: "")), .finish])
  }

  @Test(
    arguments: [
      ("Prompt is too long", nil, .message, .program), ("API Error: 529", 529, .moment, .later),
      ("API Error: 500 Internal server error", 500, .moment, .later),
      ("Invalid API key · Please run /login", nil, .chat, .permission),
      ("OAuth token revoked", 401, .chat, .permission),
      ("There is no such model", 404, .chat, .settings),
    ] as [(String, Int64?, TurnFailure.Scope, HandlerExit.Status)])
  func `a failure reaches as far as its cause`(
    words: String, status: Int64?, scope: TurnFailure.Scope, exit: HandlerExit.Status
  ) {
    var claude = claude(.answering)
    let effects = claude.handle(.received(result(words, isError: true, status: status)))
    guard case .fail(let failure)? = effects.last, effects.count == 1 else {
      Issue.record("\(effects)")
      return
    }
    #expect(failure.scope == scope && failure.status == exit)
    #expect(claude.handle(.received(result(words, isError: true, status: status))) == [])
  }

  @Test(arguments: [
    result(), result("no", isError: true), result("no", isError: true, status: 401),
  ])
  func `whatever ends an interrupted turn, it was interrupted`(end: JSONObject) {
    var claude = claude(.interrupting)
    #expect(claude.handle(.received(end)) == [.finishInterrupted])
    #expect(claude.handle(.received(end)) == [])
  }

  @Test func `a session that it does not know is forgotten, however it says so`() {
    let gone = "No conversation found with session ID: s"
    let says: [AgentEvent] = [
      .received(result(gone, isError: true)),
      .ended(AgentEnd(status: .exited(1), lastWords: gone)),
    ]
    for event in says {
      var claude = claude(.resuming)
      #expect(claude.handle(event) == [.forget, .launch(format)])
      #expect(claude.wantsRecollection)
      claude.go(.launched, .received(["type": "control_response"]))
      let effects = claude.handle(.asked("Why?"))
      #expect(
        effects.first
          == .add(.note("claude did not know the earlier session; this is a new one")))
    }
    var fresh = claude(.starting)
    #expect(fresh.handle(says[0]).count == 1 && fresh.handle(says[1]).count == 1)
  }

  @Test func `a session's id is remembered when it is new and can be trusted`() {
    var claude = claude(.answering)
    func session(_ id: JSONValue) -> AgentEvent {
      .received(["type": "system", "subtype": "init", "session_id": id])
    }
    #expect(claude.handle(session("s")) == [])
    #expect(claude.handle(session("t")) == [.remember("t")])
    for id in ["--dangerous", "", "a b", 7] as [JSONValue] {
      #expect(claude.handle(session(id)) == [], "\(id)")
    }
  }
}

// The other side.

private let format = [
  "-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose",
  "--include-partial-messages",
]

private func text(_ text: JSONValue) -> JSONValue { ["type": "text", "text": text] }

private func delta(_ text: String) -> JSONObject {
  [
    "type": "stream_event",
    "event": ["type": "content_block_delta", "delta": ["text": .text(text)]],
  ]
}

private func use(_ id: JSONValue) -> JSONObject {
  let block: JSONValue = ["type": "tool_use", "id": id, "name": "Bash", "input": ["command": "ls"]]
  return ["type": "assistant", "message": ["content": [block]]]
}

private func outcome(_ id: JSONValue) -> JSONObject {
  let block: JSONValue = ["type": "tool_result", "tool_use_id": id, "content": "a.txt"]
  return ["type": "user", "message": ["content": [block]]]
}

private func result(
  _ text: String = "well", isError: Bool = false, status: Int64? = nil
) -> JSONObject {
  [
    "type": "result", "subtype": "success", "is_error": .bool(isError), "result": .text(text),
    "api_error_status": status.map { .integer($0) } ?? .null,
  ]
}

/// Claude in a state, reached by what leads there.
private func claude(_ stage: ClaudeConversationTests.Stage) -> ClaudeConversation {
  let settings = AgentSettings(program: ["claude"])
  var claude = ClaudeConversation(settings, remembered: stage == .starting ? nil : "s")
  if stage == .idle { return claude }
  claude.go(.begun, .launched)
  if stage == .starting || stage == .resuming { return claude }
  claude.go(.received(["type": "control_response"]))
  if stage == .ready { return claude }
  claude.go(.asked("Why?"))
  if stage == .interrupting { claude.go(.interrupted) }
  return claude
}
