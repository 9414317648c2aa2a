public import JSONLines

extension GraphEditor {
  /// Adds a task, and lets others wait for it.
  ///
  /// - Parameters:
  ///   - makeTask: is told which ids exist, so that it can choose another.
  ///   - blocked: the ids of the tasks that come after the new one.
  /// - Throws: `exists` when the id is taken; `notFound` when a task that is named is not there;
  ///   `input` when the task would come after itself, with the way round.
  public mutating func add(
    blocking blocked: [String], by change: GraphChange, after: [String],
    _ makeTask: (_ isTaken: (String) -> Bool) throws(StorageError) -> NewTask
  ) throws(StorageError) -> NewTask {
    let known = try tasksInOrder()
    let ids = Set(known.map(\.id))
    var task = try makeTask { ids.contains($0) }
    task.after = after
    try require(after + blocked, in: ids, for: task)
    if ids.contains(task.id.text) {
      throw StorageError(file: file, kind: .exists, reason: "there is a task `\(task.id)` already")
    }
    try refuseCycle(task, blocked, known)
    append(task, by: change)
    for other in blocked { try block(other, until: task.id.text, by: change) }
    return task
  }

  private func require(
    _ named: [String], in ids: Set<String>, for task: NewTask
  ) throws(StorageError) {
    guard let missing = named.first(where: { !ids.contains($0) && $0 != task.id.text }) else {
      return
    }
    throw StorageError(file: file, kind: .notFound, reason: "there is no task `\(missing)`")
  }

  private func refuseCycle(
    _ task: NewTask, _ blocked: [String], _ known: [TaskRow]
  ) throws(StorageError) {
    var dependencies = Dependencies()
    for row in known { dependencies.set(row.id, after: row.after) }
    for row in known { for other in row.before { dependencies.add(other, after: row.id) } }
    dependencies.set(task.id.text, after: task.after)
    for other in blocked { dependencies.add(other, after: task.id.text) }
    guard let cycle = dependencies.cycle(through: task.id.text) else { return }
    throw StorageError(
      file: file, kind: .input,
      reason: "the task would wait for itself: \(cycle.joined(separator: " -> "))")
  }

  private mutating func block(
    _ other: String, until task: String, by change: GraphChange
  ) throws(StorageError) {
    _ = try editTask(other) { row throws(StorageError) in row.waiting(for: task, by: change) }
  }
}
