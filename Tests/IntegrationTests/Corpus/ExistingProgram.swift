import JSONLines
import LinuxSystem
import SystemPackage

/// What the existing program does with a project's files, as far as others feel it.
enum ExistingProgram {
  /// The chats that its dispatcher would start handlers for when it boots: every task with a loop
  /// tag and a chat's id that is neither done nor abandoned nor tagged archived, the new spelling
  /// going before the old one.
  static func wouldSupervise(_ rows: [JSONValue]) -> [String] {
    let eligible = last(rows).filter(isEligible).compactMap { $0["id"]?.string }
    return eligible.filter { id in
      !id.hasPrefix(".coordinator-")
        || !eligible.contains(".chat-" + id.dropFirst(".coordinator-".count))
    }.sorted()
  }

  private static func isEligible(_ row: JSONValue) -> Bool {
    let tags = row["tags"]?.array?.compactMap(\.string) ?? []
    let id = row["id"]?.string ?? ""
    let isChat = [".chat-", ".coordinator-"].contains {
      id.hasPrefix($0) && UInt32(id.dropFirst($0.count)) != nil
    }
    return isChat && !tags.contains("archived")
      && (tags.contains("chat-loop") || tags.contains("coordinator-loop"))
      && row["status"] != "done" && row["status"] != "abandoned"
  }

  /// Of several rows with one id the last.
  private static func last(_ rows: [JSONValue]) -> [JSONValue] {
    let numbered = rows.enumerated().map { ($0.element["id"]?.string ?? "", $0) }
    return Dictionary(numbered) { $1 }.values.sorted { $0.offset < $1.offset }.map(\.element)
  }

  /// Writes the graph again: members that it does not know, actors, comments and repeated ids are
  /// gone, and the order is any.
  ///
  /// With `reverting` it writes rows back as they were when it read them before it had the lock.
  static func rewrite(
    _ project: Project, reverting old: [JSONValue] = [], _ numbers: inout SeededNumbers
  ) throws {
    let lock = try FileLock.acquire(project.wg.appending("graph.lock"))
    var rows = last(try project.graphRows()).filter { $0["kind"] != "actor" }
    for row in old {
      rows.removeAll { $0["id"] == row["id"] }
      rows.append(row)
    }
    let lines = rows.map(withoutUnknownMembers).shuffled(using: &numbers).map { "\($0)\n" }
    let temporary = project.wg.appending(".graph.tmp.1")
    try project.write(temporary, lines.joined())
    try withExtendedLifetime(lock) { try AtomicFile.rename(temporary, to: project.graph) }
  }

  private static func withoutUnknownMembers(_ row: JSONValue) -> JSONValue {
    guard var object = row.object else { return row }
    for key in object.members.map(\.key) where key.hasPrefix("x_") { object[key] = Optional.none }
    return .object(object)
  }

  /// Writes the registry back after a read that failed: empty.
  static func loseSessions(_ project: Project) throws {
    try project.write(
      project.wg.appending("chat").appending("sessions.json"), "{\"version\":1,\"sessions\":{}}\n")
  }
}
