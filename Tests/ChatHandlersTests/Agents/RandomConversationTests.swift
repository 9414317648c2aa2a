import JSONLines
import TestSupport
import Testing

@testable import ChatHandlers

/// Conversations with programs that say anything at any time.
@Suite struct RandomConversationTests {
  @Test(arguments: FakeAgent.allCases)
  func `whatever a program says, no turn ends twice, and each ends`(agent: FakeAgent) {
    var (questions, ends) = (0, 0)
    for seed in (0..<1000).map({ _ in newSeed() }) {
      var world = RandomWorld(agent, seed: seed)
      for _ in 0..<120 where !world.isOver { world.step() }
      world.settle()
      #expect(world.faults == [], "seed \(seed)")
      (questions, ends) = (questions + world.questions, ends + world.ends)
    }
    // Else nothing was tried.
    #expect(questions > 700 && ends > 600, "\(questions) questions, \(ends) ends")
  }
}

/// A conversation, and a program and a driver around it that are drawn at random.
///
/// The driver keeps to what `AgentResponder` keeps to; the program keeps to nothing.
private struct RandomWorld {
  private enum Program { case none, launching, running }

  private var agent: any AgentConversation
  private let words: [JSONObject]
  private var random: SeededGenerator
  private var program = Program.none
  private var isReady = false
  private var hasTurn = false
  private var isInterrupted = false
  /// The number of the last request to the program.
  private var lastRequest: JSONValue = 1
  /// The run has ended, or is about to.
  private(set) var isOver = false
  private(set) var faults: [String] = []
  private(set) var questions = 0
  private(set) var ends = 0

  init(_ kind: FakeAgent, seed: UInt64) {
    random = SeededGenerator(seed: seed)
    let remembered = Bool.random(using: &random) ? "s" : nil
    let settings = AgentSettings(program: ["agent"])
    switch kind {
    case .acp:
      let policy = PermissionPolicy.allCases.randomElement(using: &random) ?? .deny
      agent = ACPConversation(
        name: "agent", policy: policy, directory: "/here", remembered: remembered,
        clientVersion: "1")
    case .claude: agent = ClaudeConversation(settings, remembered: remembered)
    case .codex: agent = CodexConversation(settings, remembered: remembered)
    }
    words = Vocabulary.words(of: kind)
    tell(.begun)
    if Bool.random(using: &random) { begin() }
  }

  /// Lets the beginning go well.
  private mutating func begin() {
    for _ in 0..<4 where !isReady {
      if program == .launching { launch() }
      tell(.received(numbered(words[0])))
    }
  }

  /// Lets one thing happen that can.
  mutating func step() {
    switch Int.random(in: 0..<40, using: &random) {
    case 0 where program == .running: end()
    case 1...2 where hasTurn && !isInterrupted: interrupt()
    case 3 where hasTurn: abandon()
    case 4...15 where isReady && !hasTurn: ask()
    case _ where program == .launching: launch()
    case _ where program == .running: tell(.received(word()))
    case _: break
    }
  }

  /// Lets programs end until the turn has.
  mutating func settle() {
    for _ in 0..<4 where hasTurn && !isOver {
      if program == .launching { launch() }
      end()
    }
    if hasTurn && !isOver { faults.append("the turn has no end") }
  }
}

// What happens.
extension RandomWorld {
  private mutating func ask() {
    (hasTurn, isInterrupted, questions) = (true, false, questions + 1)
    tell(.asked("Why?"))
  }

  private mutating func interrupt() {
    isInterrupted = true
    tell(.interrupted)
  }

  private mutating func abandon() {
    hasTurn = false
    tell(.abandoned)
  }

  private mutating func launch() {
    program = .running
    tell(.launched)
  }

  private mutating func end() {
    program = .none
    tell(.ended(Bool.random(using: &random) ? .crash : .well))
  }

  private mutating func tell(_ event: AgentEvent) {
    for effect in agent.handle(event) { take(effect) }
    let isAlone = hasTurn && !isOver && program == .none
    if isAlone { faults.append("nobody answers after \(event)") }
  }

  private mutating func take(_ effect: AgentEffect) {
    switch effect {
    case .launch:
      program = .launching
      if !hasTurn { isReady = false }
    case .ready: isReady = true
    case .send(let object):
      if object["method"] != nil, let id = object["id"] { lastRequest = id }
      expect(program == .running, "it talks to nobody: \(effect)")
    case .sendAll, .signalInterrupt, .programEnds:
      expect(program == .running, "it talks to nobody: \(effect)")
    case .add: expect(hasTurn, "it adds to no answer: \(effect)")
    case .finish, .finishInterrupted: endTurn(effect)
    case .fail(let failure):
      endTurn(effect)
      isOver = isOver || failure.scope != .message
    case .quit:
      expect(!hasTurn, "it leaves in a turn")
      isOver = true
    case .remember, .forget: break
    }
  }

  private mutating func endTurn(_ effect: AgentEffect) {
    expect(hasTurn, "it ends no turn: \(effect)")
    (hasTurn, ends) = (false, ends + 1)
  }

  private mutating func expect(_ isSo: Bool, _ fault: String) {
    if !isSo { faults.append(fault) }
  }
}

// What the program says.
extension RandomWorld {
  /// Something of its language; often with one place of it replaced by something else.
  private mutating func word() -> JSONObject {
    let word = numbered(words.randomElement(using: &random) ?? [:])
    guard Int.random(in: 0..<4, using: &random) == 0 else { return word }
    return spoiled(.object(word)).object ?? [:]
  }

  private func numbered(_ word: JSONObject) -> JSONObject {
    var word = word
    if word["id"] == "last" { word["id"] = lastRequest }
    return word
  }

  private mutating func spoiled(_ value: JSONValue) -> JSONValue {
    guard case .object(var object) = value,
      let place = object.members.indices.randomElement(using: &random)
    else { return Vocabulary.anything.randomElement(using: &random) ?? .null }
    object.members[place].value = spoiled(object.members[place].value)
    return .object(object)
  }
}

/// What programs say, well and badly.
private enum Vocabulary {
  static let anything: [JSONValue] = [
    nil, true, false, 0, -1, .integer(Int64.max), .decimal(0.5), "", "s", "\u{1B}[31m", [], [[]],
    [:],
    ["text": "x"], .text(String(repeating: "x", count: 9999)),
  ]

  static func words(of kind: FakeAgent) -> [JSONObject] {
    switch kind {
    case .acp: acp
    case .claude: claude
    case .codex: codex
    }
  }

  /// An answer that is good for any request, since `last` is replaced by the number of the open one.
  private static func answer(_ reason: JSONValue) -> JSONObject {
    let result: JSONObject = [
      "protocolVersion": 1, "agentCapabilities": ["loadSession": true], "sessionId": "s",
      "stopReason": reason,
    ]
    return ["id": "last", "result": .object(result)]
  }

  private static func update(_ update: JSONValue) -> JSONObject {
    ["method": "session/update", "params": ["sessionId": "s", "update": update]]
  }

  private static let acp: [JSONObject] =
    [
      answer("end_turn"), answer("cancelled"), answer("refusal"), ["id": "last", "result": [:]],
      ["id": 3, "result": ["stopReason": "end_turn"]], ["id": "last", "error": ["code": -32603]],
      ["id": "last", "error": ["code": -32000]], ["method": "session/cancel"], [:],
      ["id": 8, "method": "fs/write_text_file", "params": ["path": "/etc/passwd"]],
      [
        "id": "p", "method": "session/request_permission",
        "params": [
          "sessionId": "s", "toolCall": ["toolCallId": "t", "kind": "read"],
          "options": [["optionId": "yes", "kind": "allow_once"]],
        ],
      ],
    ]
    + [
      ["sessionUpdate": "agent_message_chunk", "content": ["type": "text", "text": "well"]],
      ["sessionUpdate": "agent_message_chunk", "content": ["type": "image"]],
      ["sessionUpdate": "tool_call", "toolCallId": "t", "title": "Dig", "kind": "edit"],
      ["sessionUpdate": "tool_call_update", "toolCallId": "t", "status": "completed"],
      ["sessionUpdate": "plan", "entries": [["content": "look", "status": "pending"]]],
    ].map(update)

  private static let claude: [JSONObject] = [
    ["type": "control_response"], ["type": "control_response"], [:],
    ["type": "control_request", "request_id": "q"],
    ["type": "system", "subtype": "init", "session_id": "t"],
    ["type": "system", "subtype": "api_retry", "error_status": 401, "error": "no"],
    ["type": "stream_event", "event": ["type": "message_start"]],
    ["type": "stream_event", "event": ["type": "content_block_delta", "delta": ["text": "well"]]],
    ["type": "assistant", "message": ["content": [["type": "text", "text": "well"]]]],
    [
      "type": "assistant",
      "message": ["content": [["type": "tool_use", "id": "t", "name": "Dig", "input": [:]]]],
    ],
    [
      "type": "user",
      "message": ["content": [["type": "tool_result", "tool_use_id": "t", "content": "sand"]]],
    ],
    ["type": "result", "subtype": "success", "result": "well"],
    ["type": "result", "subtype": "error_max_turns", "is_error": true],
    ["type": "result", "is_error": true, "errors": ["No conversation found with session ID: s"]],
    ["type": "result", "is_error": true, "api_error_status": 529],
  ]

  private static let codex: [JSONObject] = [
    ["type": "thread.started", "thread_id": "t"], ["type": "turn.started"], [:],
    ["type": "item.completed", "item": ["type": "agent_message", "text": "well"]],
    ["type": "item.completed", "item": ["type": "command_execution", "command": "dig"]],
    ["type": "item.completed", "item": ["type": "file_change", "changes": [["path": "a"]]]],
    ["type": "item.completed", "item": ["type": "todo_list", "items": [["text": "look"]]]],
    ["type": "error", "message": "Reconnecting"], ["type": "turn.completed"],
    ["type": "turn.failed", "error": ["message": "unexpected status 429"]],
    ["type": "turn.failed", "error": ["message": "the sandbox is full of sand"]],
  ]
}
