public import JSONLines

/// A task that is about to be added to the graph.
public struct NewTask: Equatable, Sendable {
  public var id: TaskID
  public var title: String
  public var description = ""
  public var priority: Int64 = 10
  /// The tasks that must be finished first.
  public var after: [String] = []
  public var tags: [String] = []
  public var skills: [String] = []
  public var deliverables: [String] = []
  public var model: String?
  /// A command that tells whether the task is really done.
  public var verify: String?
  /// A calendar time, RFC 3339, before which nobody should begin.
  public var notBefore: String?

  public init(id: TaskID, title: String) {
    self.id = id
    self.title = title
  }

  /// The row, with the members and their order that every wg program writes.
  public func row(by change: GraphChange) -> JSONObject {
    var row = TaskRow(["kind": "task", "id": .text(id.text), "title": .text(title)])
    row.setText("description", description)
    row.set(.open)
    row.object["priority"] = .integer(priority)
    row.setStrings("after", after)
    row.setStrings("tags", tags)
    row.setStrings("skills", skills)
    row.setStrings("deliverables", deliverables)
    row.setText("not_before", notBefore ?? "")
    row.object["created_at"] = change.timestamp
    row.object["last_interaction_at"] = change.timestamp
    row.setText("model", model ?? "")
    row.setText("verify", verify ?? "")
    return row.object
  }
}
