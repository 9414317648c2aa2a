internal import ChatProject
internal import TaskGraph

extension ChatSummary {
  /// The id of the chat's task as the graph has it.
  var taskID: String { row.id.text }

  /// Whether the chat was deleted, not only archived.
  var isDeleted: Bool { row.status == .abandoned }
}
