internal import ControlProtocol
internal import JSONLines
internal import TaskGraph
internal import Terminal

/// Tasks as `wg list` shows them.
struct TaskListing {
  let rows: [TaskRow]
  /// By task id.
  private let chats: [String: ChatStatus]

  init(rows: [TaskRow], chats: [ChatStatus]) {
    self.rows = rows
    self.chats = Dictionary(chats.map { ($0.taskID, $0) }) { first, _ in first }
  }

  /// Every task in the order of the file; of several rows with one id the last counts.
  static func read(_ graph: GraphFile) throws -> (rows: [TaskRow], problems: [Problem]) {
    var rows: [TaskRow] = []
    var places: [String: Int] = [:]
    let problems = try graph.forEachRow { row throws(StorageError) in
      guard row.kind == "task" else { return }
      if let place = places[row.id] {
        rows[place] = row
      } else {
        places[row.id] = rows.count
        rows.append(row)
      }
    }
    return (rows, problems)
  }

  var lines: [String] {
    rows.isEmpty ? ["No tasks."] : rows.map { SafeText.line(line($0)) }
  }

  private func line(_ row: TaskRow) -> String {
    let state = chats[row.id].map { $0.state == .archived ? "" : " (\($0.state.rawValue))" } ?? ""
    let archived = isArchived(row) ? " [archived]" : ""
    let priority = row.priority == 10 ? "" : " \u{2301}\(row.priority)"
    return "[\(Self.mark(row.status))] \(row.id) - \(row.title)\(priority)\(state)\(archived)"
  }

  private func isArchived(_ row: TaskRow) -> Bool {
    row.tags.contains(ChatTag.archived) || chats[row.id]?.state == .archived
  }

  private static func mark(_ status: TaskStatus) -> String {
    switch status {
    case .open: " "
    case .inProgress: "~"
    case .done: "x"
    case .blocked: "!"
    case .failed: "F"
    case .abandoned: "A"
    case .waiting: "W"
    case .pendingValidation: "V"
    case .pendingEvaluation: "E"
    case .failedPendingEvaluation: "e"
    case .incomplete: "I"
    case .unknown: "?"
    }
  }

  var json: [JSONValue] { rows.map(item) }

  private func item(_ row: TaskRow) -> JSONValue {
    var object: JSONObject = [
      "id": .text(row.id), "title": .text(row.title), "status": .text(row.status.spelling),
      "priority": .integer(row.priority), "assigned": row.object["assigned"] ?? .null,
      "after": .array(row.after.map { .text($0) }),
    ]
    if !row.tags.isEmpty { object["tags"] = .array(row.tags.map { .text($0) }) }
    if row.object["paused"]?.bool == true { object["paused"] = true }
    if let chat = chats[row.id] { object["chat"] = chat.json }
    return .object(object)
  }
}
