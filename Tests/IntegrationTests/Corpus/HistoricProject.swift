import SystemPackage
import TestSupport
import Testing

/// A project folder as some older program left it.
struct HistoricProject: CustomTestStringConvertible {
  let testDescription: String
  /// `.wg` or `.workgraph`.
  let folder: String
  /// The chat that is talked to.
  let chat: Int
  /// What was said in it, wherever that stands.
  let said: [String]
  /// Texts by path below the folder.
  let files: [String: String]
  /// Lines of the graph that are none of wg's business and must not change.
  let foreignRows: [String]
  /// Lines of the graph about chats.
  let chatRows: [String]

  /// The graph: chats and others mixed, as rewrites leave them.
  var graph: String {
    let middle = foreignRows.count / 2
    let rows = foreignRows[..<middle] + chatRows + foreignRows[middle...]
    return rows.joined(separator: "\n") + "\n"
  }

  /// Puts the folder into the project.
  func build(in project: Project) throws {
    project.folderName = folder
    for (path, text) in files { try project.write(project.wg.appending(path), text) }
    try project.write(project.graph, graph)
  }
}

extension HistoricProject {
  /// Every layout that chats ever had.
  static let all = [bare, numbered, bothSpellings, split, archivedBeside]

  private static let session = "0196a1b2-0000-7000-8000-000000000003"

  /// Rows that a careless reader trips over: comments, blank lines, actors, resources, words for
  /// priorities, repeated ids, members and statuses that nobody knows, numbers in odd spellings.
  private static let oddRows = [
    "# made by hand", "", #"{"kind":"actor","id":"erik","name":"Erik"}"#,
    #"{"kind":"resource","id":"budget","amount":1.50e2}"#,
    #"{"kind":"task","id":"t1","title":"A \"task\"","status":"pending-review","priority":"high"}"#,
    #"{"kind":"task","id":"t1","title":"said again","status":"open","priority":"idle","x_new":[1,{}]}"#,
    #"{"kind":"task","id":"t2","title":"é\u00e9","status":"someday","after":["t1"],"cycle_config":{"max_iterations":3}}"#,
    "   ", #"{"id":"no-kind","title":"from before kinds","blocked_by":["t2"],"status":"open"}"#,
  ]

  private static let foreignFiles = [
    "log/operations.jsonl": "{\"op\":\"add_task\"}\n", "messages/t1.jsonl": "{\"id\":1}\n",
    "service/registry.json": "{\"agents\":{},\"next_agent_id\":8}", "tui-state.json": "{",
    "agents/agent-7/output.log": "out\n", "archive.jsonl": "{\"kind\":\"task\",\"id\":\"old\"}\n",
  ]

  private static func row(_ id: String, title: String, loop: String, more: String = "") -> String {
    #"{"kind":"task","id":"\#(id)","title":"\#(title)","status":"in-progress","priority":50,"#
      + #""tags":["\#(loop)"],"executor_preset_name":"echo","x_unknown":1.50\#(more)}"#
  }

  private static func message(_ id: Int, _ minute: Int, _ text: String, from role: String) -> String
  {
    #"{"id":\#(id),"timestamp":"2026-04-27T18:0\#(minute):00.5+00:00","role":"\#(role)","#
      + #""content":"\#(text)","request_id":"r-\#(text)"}"# + "\n"
  }

  private static func answered(_ id: Int, _ minute: Int, _ text: String) -> (String, String) {
    (message(id, minute, text, from: "user"), message(id, minute, text, from: "coordinator"))
  }

  private static func registry(_ archivedAt: String = "") -> String {
    #"{"version":1,"sessions":{"\#(session)":{"kind":"coordinator","#
      + #""created":"2026-04-27T17:33:00+00:00","aliases":["coordinator-3","3"],"label":"chat 3"\#(archivedAt)}}}"#
  }

  /// `.coordinator`, before chats had numbers.
  private static let bare = HistoricProject(
    testDescription: "the bare .coordinator", folder: ".workgraph", chat: 0, said: ["first"],
    files: foreignFiles.merging([
      "config.toml": "[coordinator]\nexecutor = \"echo\"\n",
      "chat/coordinator-0/inbox.jsonl": answered(1, 1, "first").0,
      "chat/coordinator-0/outbox.jsonl": answered(1, 1, "first").1,
      "service/coordinator-state.json": "{\"enabled\":false}",
    ]) { $1 }, foreignRows: oddRows,
    chatRows: [row(".coordinator", title: "Coordinator", loop: "coordinator-loop")])

  /// `.coordinator-N`, its questions in one folder and its answers in another.
  private static let numbered = HistoricProject(
    testDescription: "numbered coordinators", folder: ".workgraph", chat: 3,
    said: ["first", "second"],
    files: foreignFiles.merging([
      "chat/3/inbox.jsonl": answered(1, 1, "first").0 + answered(2, 2, "second").0,
      "chat/coordinator-3/outbox.jsonl": answered(1, 1, "first").1 + answered(2, 2, "second").1,
      "service/state.json":
        #"{"pid":1,"socket_path":"/nowhere/daemon.sock","started_at":"2026-04-27T17:00:00.1+00:00"}"#,
      "service/coordinator-state-3.json": "torn {",
    ]) { $1 }, foreignRows: oddRows,
    chatRows: [row(".coordinator-3", title: "Coordinator: alice", loop: "coordinator-loop")])

  /// Both rows, and a registry that has only the old names.
  private static let bothSpellings = HistoricProject(
    testDescription: "both spellings", folder: ".wg", chat: 3, said: ["first"],
    files: foreignFiles.merging([
      "chat/sessions.json": registry(),
      "chat/\(session)/inbox.jsonl": answered(1, 1, "first").0,
      "chat/\(session)/outbox.jsonl": answered(1, 1, "first").1,
    ]) { $1 }, foreignRows: oddRows,
    chatRows: [
      row(".coordinator-3", title: "Coordinator 3", loop: "coordinator-loop"),
      row(".chat-3", title: "Chat: alice", loop: "chat-loop"),
    ])

  /// Sessions with uuids, and what programs wrote that did not find them; a dead handler's lock.
  private static let split = HistoricProject(
    testDescription: "split folders", folder: ".wg", chat: 3, said: ["first", "second", "third"],
    files: foreignFiles.merging([
      "chat/sessions.json": registry(),
      "chat/\(session)/inbox.jsonl": answered(1, 2, "second").0,
      "chat/\(session)/outbox.jsonl": answered(1, 2, "second").1,
      "chat/\(session)/.handler.pid": "4000000\n2026-04-27T18:00:00+00:00\nadapter\n",
      "chat/\(session)/.tui-driven": "4000000\n2026-04-27T18:00:00+00:00\n",
      "chat/3/inbox.jsonl": answered(1, 1, "first").0 + answered(2, 3, "third").0,
      "chat/3/outbox.jsonl": answered(1, 1, "first").1 + answered(2, 3, "third").1,
      "chat/chat-3/.codex-session-id": "thread-1\n",
    ]) { $1 }, foreignRows: oddRows,
    chatRows: [row(".chat-3", title: "Chat: alice", loop: "chat-loop")])

  /// A folder in the archive of a chat whose row was opened again, and messages that came since.
  private static let archivedBeside = HistoricProject(
    testDescription: "an archived folder beside a live one", folder: ".wg", chat: 3,
    said: ["first", "second"],
    files: foreignFiles.merging([
      "chat/sessions.json": registry(#","archived_at":"2026-04-28T10:00:00+00:00""#),
      "chat/.archive/\(session)/inbox.jsonl": answered(1, 1, "first").0,
      "chat/.archive/\(session)/outbox.jsonl": answered(1, 1, "first").1,
      "chat/\(session)/inbox.jsonl": answered(1, 2, "second").0,
      "chat/\(session)/outbox.jsonl": answered(1, 2, "second").1,
      "chat-history-7.jsonl": "",
    ]) { $1 }, foreignRows: oddRows,
    chatRows: [row(".chat-3", title: "Chat: alice", loop: "chat-loop")])
}
