import JSONLines
import LinuxSystem
import Testing

@testable import ChatHandlers

/// What is said to an agent that speaks the protocol, in each state: values, without a program.
@Suite struct ACPConversationTests {
  enum Stage: CaseIterable, Sendable {
    case idle, initializing, opening, loading, ready, prompting, cancelling, unusable
  }

  @Test(arguments: Stage.allCases)
  func `the end of the program is the end of what was under way`(stage: Stage) {
    let expected: [AgentEffect] =
      switch stage {
      case .idle, .unusable: []
      case .initializing, .opening, .loading, .ready:
        [.quit(HandlerExit(.program, "agent ended (exited with status 3): the sky fell"))]
      case .prompting: [.fail(.crash(of: "agent"))]
      case .cancelling: [.finishInterrupted, .launch([])]
      }
    var agent = agent(stage)
    #expect(agent.handle(.ended(.crash)) == expected)
  }

  @Test func `a program that ends well while nobody asks ends the run well`() {
    var agent = agent(.ready)
    #expect(agent.handle(.ended(.well)) == [.quit(.success)])
  }

  @Test(arguments: Stage.allCases)
  func `an interrupt cancels a turn, once`(stage: Stage) {
    var agent = agent(stage)
    let cancel = ACPMessage.notification("session/cancel", ["sessionId": "s"])
    #expect(agent.handle(.interrupted) == (stage == .prompting ? [.send(cancel)] : []))
    #expect(agent.handle(.interrupted) == [])
  }

  @Test(arguments: Stage.allCases)
  func `a program that was given up is replaced by one that goes on`(stage: Stage) {
    var agent = agent(stage)
    let replaces = [.ready, .prompting, .cancelling].contains(stage)
    #expect(agent.handle(.abandoned) == (replaces ? [.launch([])] : []))
    guard replaces else { return }
    agent.go(.launched)
    let requests = stage == .ready ? 2 : 3 as Int64
    let parameters: JSONObject = ["cwd": "/here", "mcpServers": [], "sessionId": "s"]
    #expect(
      agent.handle(initialized(requests + 1))
        == [.send(ACPMessage.request(requests + 2, "session/load", parameters))])
  }

  @Test(arguments: Stage.allCases)
  func `a question is asked when it can be, and refused where nobody can answer`(stage: Stage) {
    var agent = agent(stage)
    let effects = agent.handle(.asked("Why?"))
    switch stage {
    case .ready:
      let prompt: JSONValue = [["type": "text", "text": "Why?"]]
      let parameters: JSONObject = ["sessionId": "s", "prompt": prompt]
      #expect(effects == [.send(ACPMessage.request(3, "session/prompt", parameters))])
    case .unusable:
      #expect(
        effects
          == [
            .fail(
              TurnFailure(
                scope: .chat, status: .program, cause: "agent did not begin: I am not myself"))
          ])
    case .idle, .initializing, .opening, .loading, .prompting, .cancelling: #expect(effects == [])
    }
  }

  @Test(arguments: Stage.allCases)
  func `what nobody asked for changes nothing`(stage: Stage) {
    var agent = agent(stage)
    let strays: [JSONObject] = [
      [:], ["jsonrpc": "2.0"], ["id": "3", "result": [:]], ["id": .decimal(3.5), "result": [:]],
      ["id": 99, "method": 7], ["method": "session/update"],
      ["method": "_vendor/news", "params": []],
      update(["sessionUpdate": "agent_message_chunk", "content": ["text": "x"]], session: "other"),
      update(["sessionUpdate": "usage_update", "size": 1]), update(["sessionUpdate": nil]),
    ]
    for stray in strays { #expect(agent.handle(.received(stray)) == [], "\(stray)") }
  }

  @Test(arguments: [Stage.ready, .prompting, .cancelling])
  func `an answer that comes late is none to what is asked now`(stage: Stage) {
    var agent = agent(stage)
    for number in [0, 1, 2, 4, Int64.max] {
      #expect(agent.handle(.received(answer(number, ["stopReason": "end_turn"]))) == [])
      #expect(agent.handle(.received(failure(number, -32603))) == [])
    }
  }

  @Test(arguments: Stage.allCases)
  func `a request for what was not offered is refused in any state`(stage: Stage) {
    var agent = agent(stage)
    for id in [JSONValue.integer(7), "seven", .null] {
      let request: JSONObject = ["id": id, "method": "fs/read_text_file", "params": [:]]
      let refusal = ACPMessage.unknownMethod(id, "fs/read_text_file")
      #expect(agent.handle(.received(request)) == (stage == .idle ? [] : [.send(refusal)]))
    }
  }

  @Test(arguments: [
    ("end_turn", [AgentEffect.finish]),
    ("max_tokens", [.add(.paragraph("(the answer has as many tokens as it may)")), .finish]),
    ("max_turn_requests", [.add(.paragraph("(the agent took as many steps as it may)")), .finish]),
    ("refusal", [.add(.paragraph("(the agent refused to go on)")), .finish]),
    ("a reason of tomorrow", [.finish]),
    (
      "cancelled",
      [
        .fail(
          TurnFailure(
            scope: .moment, status: .program, cause: "agent gave the turn up without a word"))
      ]
    ),
  ])
  func `a turn ends as the agent says`(reason: String, expected: [AgentEffect]) {
    var agent = agent(.prompting)
    let end = answer(3, ["stopReason": .text(reason)])
    #expect(agent.handle(.received(end)) == expected)
    #expect(agent.handle(.received(end)) == [])
  }

  @Test(arguments: [
    ("cancelled", true), ("end_turn", false), ("refusal", false), (nil, false),
  ])
  func `only an agent that ends an interrupted turn as that is kept`(reason: String?, isKept: Bool)
  {
    var agent = agent(.cancelling)
    let end = reason.map { answer(3, ["stopReason": .text($0)]) } ?? failure(3, -32603)
    #expect(agent.handle(.received(end)) == [.finishInterrupted] + (isKept ? [] : [.launch([])]))
  }

  @Test func `tools that had not ended are told at the end, in any case`() {
    for stage in [Stage.prompting, .cancelling] {
      var agent = agent(stage)
      let tool = update(["sessionUpdate": "tool_call", "toolCallId": "t", "title": "Dig"])
      #expect(agent.handle(.received(tool)) == [])
      let effects = agent.handle(.received(answer(3, ["stopReason": "cancelled"])))
      #expect(effects.first == .add(.action("Dig (not finished)", details: "")))
      #expect(effects.count == 2)
    }
  }

  @Test(
    arguments: [
      (.deny, "read", "no"), (.readOnly, "read", "yes"), (.readOnly, "edit", "no"),
      (.readOnly, nil, "no"), (.allow, "edit", "yes"), (.allow, nil, "yes"),
    ] as [(PermissionPolicy, String?, String)])
  func `permission is asked for a tool that had not begun, and the policy decides`(
    policy: PermissionPolicy, kind: String?, option: String
  ) {
    var agent = agent(.prompting, policy: policy)
    // As it comes from an agent that gives the request an id of its own.
    let tool: JSONObject = [
      "toolCallId": "check-1", "title": "Dig", "kind": kind.map(JSONValue.text) ?? .null,
    ]
    let effects = agent.handle(.received(permission(.object(tool))))
    let verdict = option == "yes" ? "allowed" : "denied"
    #expect(
      effects == [
        .add(.note("\(verdict): Dig")), .send(chosen(option)),
      ])
  }

  @Test(arguments: Stage.allCases)
  func `permission that is asked for outside of a turn is not given`(stage: Stage) {
    var agent = agent(stage, policy: .allow)
    let effects = agent.handle(.received(permission(["toolCallId": "t"])))
    switch stage {
    case .idle: #expect(effects == [])
    case .prompting: #expect(effects == [.add(.note("allowed: a tool")), .send(chosen("yes"))])
    case .initializing, .opening, .loading, .ready, .cancelling, .unusable:
      #expect(effects == [.send(chosen(nil))])
    }
  }

  @Test(
    arguments: [
      (["protocolVersion": 1], "session/new"),
      (["protocolVersion": 1, "agentCapabilities": ["loadSession": false]], "session/new"),
      (["protocolVersion": 1, "agentCapabilities": ["loadSession": true]], "session/load"),
      (["protocolVersion": 1, "agentCapabilities": [], "authMethods": 7], "session/new"),
      (["protocolVersion": 2], nil), (["protocolVersion": "1"], nil), ([:], nil),
    ] as [(JSONObject, String?)])
  func `a session is opened as the agent can`(capabilities: JSONObject, method: String?) {
    var agent = agent(.initializing, remembered: "s")
    let effects = agent.handle(.received(answer(1, .object(capabilities))))
    guard case .send(let request)? = effects.first else {
      #expect(effects == [.ready] && method == nil)
      return
    }
    #expect(request["method"]?.string == method)
  }

  @Test(arguments: [
    (answer(2, [:]), false, false), (answer(2, nil), false, false), (answer(2, [:]), true, true),
    (answer(2, ["modes": [:]]), false, true), (failure(2, -32002), true, false),
  ])
  func `a session is known when the agent tells something of it`(
    result: JSONObject, isReplayed: Bool, isKnown: Bool
  ) {
    var agent = agent(.loading)
    let replay = update(["sessionUpdate": "user_message_chunk", "content": ["text": "earlier"]])
    if isReplayed { #expect(agent.handle(.received(replay)) == []) }
    let effects = agent.handle(.received(result))
    #expect(effects.first == (isKnown ? .ready : .forget))
    #expect(effects.count == (isKnown ? 1 : 2))
  }

  @Test func `a login that is missing is told, and no other session is tried`() {
    for stage in [Stage.opening, .loading] {
      var agent = agent(stage)
      #expect(agent.handle(.received(failure(2, -32000))) == [.ready])
      guard case .fail(let failure)? = agent.handle(.asked("Why?")).first else {
        Issue.record("no failure")
        continue
      }
      #expect(failure.status == .permission && failure.scope == .chat)
    }
  }

  @Test func `a session without an id cannot be used`() {
    var agent = agent(.opening)
    #expect(agent.handle(.received(answer(2, ["sessionId": 7]))) == [.ready])
    guard case .fail(let failure)? = agent.handle(.asked("Why?")).first else {
      Issue.record("no failure")
      return
    }
    #expect(failure.cause == "agent opened a session without an id")
  }
}

// The other side.

private func answer(_ id: Int64, _ result: JSONValue) -> JSONObject {
  ACPMessage.answer(.integer(id), result)
}

private func failure(_ id: Int64, _ code: Int64) -> JSONObject {
  ["id": .integer(id), "error": ["code": .integer(code), "message": "I am not myself"]]
}

private func initialized(_ id: Int64) -> AgentEvent {
  .received(
    answer(id, ["protocolVersion": 1, "agentCapabilities": ["loadSession": true]]))
}

private func update(_ update: JSONValue, session: JSONValue = "s") -> JSONObject {
  ACPMessage.notification("session/update", ["sessionId": session, "update": update])
}

private func permission(_ tool: JSONValue) -> JSONObject {
  let options: JSONValue = [
    ["optionId": "yes", "kind": "allow_once"], ["optionId": "always", "kind": "allow_always"],
    ["optionId": "no", "kind": "reject_once"],
  ]
  let parameters: JSONObject = ["sessionId": "s", "toolCall": tool, "options": options]
  return ["id": "p1", "method": "session/request_permission", "params": .object(parameters)]
}

private func chosen(_ option: String?) -> JSONObject {
  ACPMessage.answer("p1", ACPPermissionRequest.outcome(option))
}

/// An agent in a state, reached by what leads there.
private func agent(
  _ stage: ACPConversationTests.Stage, policy: PermissionPolicy = .deny, remembered: String? = nil
) -> ACPConversation {
  var agent = ACPConversation(
    name: "agent", policy: policy, directory: "/here",
    remembered: stage == .loading ? "s" : remembered, clientVersion: "1")
  agent.go(.begun)
  if stage == .idle { return agent }
  agent.go(.launched)
  if stage == .initializing { return agent }
  agent.go(stage == .unusable ? .received(failure(1, -32603)) : initialized(1))
  if [.unusable, .opening, .loading].contains(stage) { return agent }
  agent.go(.received(answer(2, ["sessionId": "s"])))
  if stage == .ready { return agent }
  agent.go(.asked("Why?"))
  if stage == .cancelling { agent.go(.interrupted) }
  return agent
}
