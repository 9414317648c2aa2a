import JSONLines
import TaskGraph
import Testing

@Suite struct ChatLifecycleTests {
  @Test func `a new chat has the row that every wg program writes`() {
    let chat = NewChat(
      number: 3, name: "release", commandArguments: ["claude", "--dangerously-skip-permissions"],
      executorPreset: "claude", workingDirectory: "/home/erik/proj")
    let expected =
      #"{"kind":"task","id":".chat-3","title":"Chat: release","description":"Chat 3 — persistent chat agent.","#
      + #""status":"in-progress","priority":50,"tags":["chat-loop"],"created_at":"\#(changeTime)","#
      + #""started_at":"\#(changeTime)","last_interaction_at":"\#(changeTime)","log":["#
      + #"{"timestamp":"\#(changeTime)","actor":"daemon","user":"erik","message":"Chat 3 task created"}],"#
      + #""command_argv":["claude","--dangerously-skip-permissions"],"working_dir":"/home/erik/proj","#
      + #""executor_preset_name":"claude","cycle_config":{"max_iterations":0,"no_converge":true}}"#
    #expect(chat.row(by: change).description == expected)
  }

  @Test func `a command chat has no preset and overrides stand where they belong`() throws {
    let chat = NewChat(
      number: 4, model: "m", endpoint: "http://e", commandArguments: ["bash", "-lc", "bc"],
      executorPreset: nil, workingDirectory: "/p")
    let row = try #require(ChatRow(chat.row(by: change)))
    #expect(row.title == "Chat 4")
    #expect(row.name == nil)
    #expect(row.executorPreset == nil)
    #expect(row.commandArguments == ["bash", "-lc", "bc"])
    #expect(
      row.object.keys.suffix(5)
        == ["model", "endpoint", "command_argv", "working_dir", "cycle_config"])
  }

  @Test func `archiving says done and archived without a loop tag, once`() throws {
    let row = try parsed(chatRow(1, #","x":1.50"#))
    let archived = try #require(row.archived("gone", by: change))
    #expect(archived.status == .done)
    #expect(archived.tags == ["archived"])
    #expect(archived.isRetired)
    #expect(archived.object["completed_at"] == nil)
    #expect(archived.object.description.contains(#""x":1.50"#))
    #expect(archived.object["log"]?.array?.count == 1)
    #expect(archived.archived("gone", by: change) == nil)
  }

  @Test func `archiving finishes a row that is archived in part`() throws {
    for more in [
      #"{"id":".chat-1","status":"done","tags":["chat-loop","archived"]}"#,
      #"{"id":".chat-1","status":"open","tags":["archived","x"]}"#,
      #"{"id":".chat-1","status":"done","tags":["coordinator-loop"]}"#,
    ] {
      let archived = try #require(try parsed(more).archived("gone", by: change))
      #expect(archived.tags.last == "archived")
      #expect(archived.status == .done && !archived.hasLoopTag)
    }
  }

  @Test func `a deleted chat stays deleted when archived`() throws {
    let deleted = try #require(try parsed(chatRow(1)).deleted("deleted", by: change))
    #expect(deleted.status == .abandoned)
    #expect(deleted.tags == ["chat-loop"])
    #expect(deleted.deleted("deleted", by: change) == nil)
    #expect(deleted.archived("gone", by: change) == nil)
  }

  @Test func `restoring undoes archiving and is a no-op on a live chat`() throws {
    let live = try parsed(chatRow(1))
    #expect(live.restored("back", by: change) == nil)
    let archived = try #require(live.archived("gone", by: change))
    let restored = try #require(archived.restored("back", by: change))
    #expect(restored.status == .inProgress)
    #expect(restored.tags == ["chat-loop"])
    #expect(restored.object["log"]?.array?.count == 2)
    #expect(restored.restored("back", by: change) == nil)
    let deleted = try #require(live.deleted("x", by: change))
    #expect(deleted.restored("back", by: change)?.status == .inProgress)
  }

  @Test func `settings are replaced in place`() throws {
    let row = try parsed(
      chatRow(1, #","model":"a","endpoint":"e","executor_preset_name":"claude""#))
    let handler = ChatSettings.Handler(
      commandArguments: ["bash", "-lc", "bc"], executorPreset: nil)
    let new = try #require(
      row.configured(ChatSettings(handler: handler, model: "b", endpoint: ""), by: change))
    #expect(new.model == "b")
    #expect(new.endpoint == nil)
    #expect(new.executorPreset == nil)
    #expect(new.commandArguments == ["bash", "-lc", "bc"])
    #expect(row.configured(ChatSettings(model: "a"), by: change) == nil)
  }

  @Test func `archive, delete and restore in any order keep the row sound`() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededRandom(seed: seed)
    for _ in 0..<300 {
      var row = try parsed(Bool.random(using: &random) ? chatRow(1) : legacyRow(1))
      var steps: [Int] = []
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let step = Int.random(in: 0..<3, using: &random)
        steps.append(step)
        let before = row.object["log"]?.array?.count ?? 0
        let next = apply(step, to: row)
        row = next ?? row
        let added = (row.object["log"]?.array?.count ?? 0) - before
        #expect(added == (next == nil ? 0 : 1), "seed \(seed), steps \(steps)")
        #expect(apply(step, to: row) == nil, "seed \(seed), steps \(steps)")
        #expect(row.isRetired == (step != 2), "seed \(seed), steps \(steps)")
      }
    }
  }

  private func apply(_ step: Int, to row: ChatRow) -> ChatRow? {
    switch step {
    case 0: row.archived("a", by: change)
    case 1: row.deleted("d", by: change)
    default: row.restored("r", by: change)
    }
  }

  private func parsed(_ text: String) throws -> ChatRow {
    try #require(ChatRow(try JSONObject.parse(Array(text.utf8))))
  }
}

/// SplitMix64.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
