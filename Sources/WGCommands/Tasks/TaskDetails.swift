internal import JSONLines
internal import TaskGraph
internal import Terminal

/// A task for people, in full.
enum TaskDetails {
  static func lines(_ row: TaskRow) -> [String] {
    var lines = [
      "Task:        \(row.id)", "Title:       \(row.title)",
      "Status:      \(row.status.spelling)", "Priority:    \(row.priority)",
    ]
    if !row.tags.isEmpty { lines.append("Tags:        \(row.tags.joined(separator: ", "))") }
    if !row.after.isEmpty { lines.append("After:       \(row.after.joined(separator: ", "))") }
    lines = lines.map(SafeText.line)
    if let description = row.object["description"]?.string {
      lines += ["", SafeText.block(description)]
    }
    let log = (row.object["log"]?.array ?? []).map(entry)
    return log.isEmpty ? lines : lines + ["", "Log:"] + log
  }

  static func entry(_ json: JSONValue) -> String {
    let parts = [json["timestamp"], json["actor"], json["message"]].compactMap { $0?.string }
    return SafeText.line("  " + parts.joined(separator: " "))
  }
}
