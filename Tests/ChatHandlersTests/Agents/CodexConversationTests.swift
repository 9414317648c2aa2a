import JSONLines
import LinuxSystem
import Testing

@testable import ChatHandlers

/// What is said to Codex, in each state: values, without a program.
@Suite struct CodexConversationTests {
  enum Stage: CaseIterable, Sendable {
    case idle, ready, launching, answering, interruptedAtLaunch, interrupting, over
  }

  @Test(arguments: Stage.allCases)
  func `the end of the program is the end of what was under way`(stage: Stage) {
    let expected: [AgentEffect] =
      switch stage {
      case .idle, .ready, .launching, .over: []
      case .answering: [.fail(.crash(of: "codex"))]
      case .interruptedAtLaunch, .interrupting: [.finishInterrupted]
      }
    var codex = codex(stage)
    #expect(codex.handle(.ended(.crash)) == expected)
  }

  @Test(arguments: Stage.allCases)
  func `an interrupt is a signal to a program that runs, once`(stage: Stage) {
    var codex = codex(stage)
    #expect(codex.handle(.interrupted) == (stage == .answering ? [.signalInterrupt] : []))
    #expect(codex.handle(.interrupted) == [])
  }

  @Test func `a question that was interrupted before its program ran is not put to it`() {
    var codex = codex(.interruptedAtLaunch)
    #expect(codex.handle(.launched) == [.signalInterrupt])
    #expect(codex.handle(.ended(.crash)) == [.finishInterrupted])
  }

  @Test(arguments: Stage.allCases)
  func `the next question after one that was given up has a program of its own`(stage: Stage) {
    var codex = codex(stage)
    #expect(codex.handle(.abandoned) == [])
    let launch = AgentEffect.launch(arguments + ["resume", "s", "-"])
    #expect(codex.handle(.asked("And now?")) == (stage == .idle ? [] : [launch]))
  }

  @Test(arguments: Stage.allCases)
  func `a question starts the program, one at a time`(stage: Stage) {
    var codex = codex(stage)
    let launch = AgentEffect.launch(arguments + ["resume", "s", "-"])
    let isFree = stage == .ready || stage == .over
    #expect(codex.handle(.asked("And now?")) == (isFree ? [launch] : []))
    #expect(codex.handle(.launched).contains(.sendAll("And now?")) == isFree)
  }

  @Test(arguments: Stage.allCases)
  func `what nobody asked for changes nothing`(stage: Stage) {
    var codex = codex(stage)
    let strays: [JSONObject] = [
      [:], ["type": nil], ["type": "of tomorrow"], ["type": "turn.started"],
      ["type": "item.started"],
      ["type": "item.completed"], item(["type": "reasoning", "text": "hmm"]),
      ["type": "thread.started"], ["type": "thread.started", "thread_id": "s"],
      ["type": "thread.started", "thread_id": "--dangerous"],
    ]
    for stray in strays { #expect(codex.handle(.received(stray)) == [], "\(stray)") }
  }

  @Test func `what comes after the end of the turn is no part of the next`() {
    var codex = codex(.over)
    for late in [completed, failed("late"), item(["type": "agent_message", "text": "late"])] {
      #expect(codex.handle(.received(late)) == [])
    }
    codex.go(.asked("And now?"))
    #expect(codex.handle(.received(completed)) == [])
  }

  @Test(
    arguments: [
      ("unexpected status 401 Unauthorized", .chat, .permission),
      ("The model `none` does not exist", .chat, .settings),
      ("stream disconnected before completion", .moment, .later),
      ("exceeded retry limit, last status: 429 Too Many Requests", .moment, .later),
      ("the sandbox is full of sand", .message, .program),
    ] as [(String, TurnFailure.Scope, HandlerExit.Status)])
  func `a failure reaches as far as its cause`(
    words: String, scope: TurnFailure.Scope, exit: HandlerExit.Status
  ) {
    var codex = codex(.answering)
    let effects = codex.handle(.received(failed(words)))
    guard case .fail(let failure)? = effects.last else {
      Issue.record("\(effects)")
      return
    }
    #expect(effects.first == .programEnds && effects.count == 2)
    #expect(failure.scope == scope && failure.status == exit)
    #expect(codex.handle(.received(failed(words))) == [])
    #expect(codex.handle(.ended(.crash)) == [])
  }

  @Test(arguments: [completed, failed("no")])
  func `whatever ends an interrupted turn, it was interrupted`(end: JSONObject) {
    var codex = codex(.interrupting)
    #expect(codex.handle(.received(end)) == [.programEnds, .finishInterrupted])
    #expect(codex.handle(.ended(.crash)) == [])
  }

  @Test func `a thread that it does not know is forgotten, and asked about once`() {
    var codex = codex(.answering)
    let gone = AgentEnd(status: .exited(1), lastWords: "Error: no rollout found for thread id s")
    let note = TurnPart.note("codex did not know the earlier session; this is a new one")
    #expect(
      codex.handle(.ended(gone)) == [.forget, .add(note), .launch(arguments + ["-"])])
    #expect(codex.handle(.launched) == [.sendAll("Why?")])
    let effects = codex.handle(.ended(gone))
    guard case .fail(let failure)? = effects.first else {
      Issue.record("\(effects)")
      return
    }
    #expect(failure.scope == .moment && effects.count == 1)
  }

  @Test func `a new thread is told what was said before, and one that goes on is not`() {
    var question = AgentQuestion(text: "Why?")
    question.recollection = "User: How?"
    for thread in [nil, "s"] {
      var codex = CodexConversation(AgentSettings(program: ["codex"]), remembered: thread)
      codex.go(.begun, .asked(question))
      guard case .sendAll(let prompt)? = codex.handle(.launched).first else {
        Issue.record("nothing was said")
        continue
      }
      #expect(prompt.contains("User: How?") == (thread == nil))
    }
  }

  @Test func `an end without a word has the last complaint for its cause`() {
    var codex = codex(.answering)
    let complaint: JSONObject = ["type": "error", "message": "Reconnecting... 1/5"]
    #expect(codex.handle(.received(complaint)) == [.add(.note("Reconnecting... 1/5"))])
    let effects = codex.handle(.ended(.well))
    guard case .fail(let failure)? = effects.first else {
      Issue.record("\(effects)")
      return
    }
    #expect(failure.cause.hasSuffix("(exited with status 0): Reconnecting... 1/5"))
  }
}

// The other side.

private let arguments = ["exec", "--json", "--color", "never", "--skip-git-repo-check"]

private let completed: JSONObject = ["type": "turn.completed"]

private func failed(_ words: String) -> JSONObject {
  ["type": "turn.failed", "error": ["message": .text(words)]]
}

private func item(_ item: JSONValue) -> JSONObject { ["type": "item.completed", "item": item] }

/// Codex in a state, reached by what leads there.
private func codex(_ stage: CodexConversationTests.Stage) -> CodexConversation {
  var codex = CodexConversation(AgentSettings(program: ["codex"]), remembered: "s")
  if stage == .idle { return codex }
  codex.go(.begun)
  if stage == .ready { return codex }
  codex.go(.asked("Why?"))
  if stage == .launching { return codex }
  codex.go(stage == .interruptedAtLaunch ? .interrupted : .launched)
  if stage == .interrupting { codex.go(.interrupted) }
  if stage == .over { codex.go(.received(completed)) }
  return codex
}
