internal import ChatProject
internal import ChatStorage
internal import ControlProtocol
internal import JSONLines
internal import TaskGraph
internal import Terminal

extension Project {
  /// Changes one task's row, and says what came of it.
  ///
  /// - Parameters:
  ///   - text: the task's id; a chat may be named in any way.
  ///   - edit: answers nil for a row that stays as it is.
  func changeTask(
    _ text: String, _ edit: (TaskRow) throws(StorageError) -> TaskRow?
  ) throws -> Report {
    let id = try taskID(text)
    var isChanged = false
    let row = try graph.modify { editor throws(StorageError) in
      try editor.editTask(id) { row throws(StorageError) in
        let new = try edit(row)
        isChanged = new != nil
        return new
      }
    }
    guard let row else { throw noSuchTask(text) }
    let notes = isChanged ? announceGraphChange().notes : []
    return Report(
      [
        "task_id": .text(row.id), "status": .text(row.status.spelling), "changed": .bool(isChanged),
      ],
      lines: [Self.line(row, isChanged)], notes: notes)
  }

  private static func line(_ row: TaskRow, _ isChanged: Bool) -> String {
    let state = row.status.spelling
    return SafeText.line(
      isChanged ? "Task \(row.id) is \(state) now." : "Task \(row.id) is \(state) already.")
  }

  /// The id in the graph of a task that a person names.
  func taskID(_ text: String) throws -> String {
    if try graph.task(text) != nil { return text }
    do {
      return try resolve(text).taskID
    } catch let error as ControlError where error.code == .notFound {
      throw noSuchTask(text)
    }
  }

  func noSuchTask(_ text: String) -> ControlError {
    ControlError(.notFound, "there is no task `\(text)`", hint: "`wg list --all` lists them")
  }

  /// Refuses what would contradict a tombstone.
  func requireNotRetired(_ id: String) throws {
    guard let chat = ChatTaskID(id),
      try TombstoneStore(layout).tombstone(for: ChatID(chat.number)) != nil
    else { return }
    throw ControlError(
      .failed, "chat \(id) is archived", hint: "`wg chat restore \(chat.number)` brings it back")
  }
}
