internal import JSONLines
internal import LinuxSystem

// Each step answers with the row as it will be, or with nil when nothing has to change, so that
// doing a step again writes nothing.
extension TaskRow {
  /// One more entry in the task's log.
  public func noted(_ message: String, by change: GraphChange) -> TaskRow {
    var row = self
    row.record(message, by: change)
    return row
  }

  /// Done.
  ///
  /// A chat keeps its loop tag: its handler is stopped, and nothing starts it again.
  public func completed(by change: GraphChange) -> TaskRow? {
    ended(.done, "Task marked as done", by: change)
  }

  /// Failed, for a reason that people are told.
  public func failed(_ reason: String?, by change: GraphChange) -> TaskRow? {
    guard var row = ended(.failed, Self.sentence("failed", reason), by: change) else { return nil }
    row.setText("failure_reason", reason ?? "")
    row.object["retry_count"] = .integer(retries + 1)
    return row
  }

  /// Given up.
  public func abandoned(_ reason: String?, by change: GraphChange) -> TaskRow? {
    guard var row = ended(.abandoned, Self.sentence("abandoned", reason), by: change) else {
      return nil
    }
    row.setText("failure_reason", reason ?? "")
    return row
  }

  /// Open again, with nobody at work on it and without what the last attempt left.
  ///
  /// A chat is in progress again, which is what chats are while they are not closed.
  public func reopened(by change: GraphChange) -> TaskRow? {
    guard status.isTerminal || status == .incomplete else { return nil }
    var row = self
    row.set(ChatTaskID(id) == nil ? .open : .inProgress)
    for key in ["assigned", "started_at", "completed_at", "failure_reason", "failure_class"] {
      row.object[key] = Optional.none
    }
    row.record("Task opened again (it was \(status.spelling))", by: change)
    return row
  }

  /// One more task comes before this one.
  func waiting(for other: String, by change: GraphChange) -> TaskRow? {
    guard !after.contains(other) else { return nil }
    var row = self
    row.setStrings("after", strings("after") + [other])
    row.record("Comes after \(other) now", by: change)
    return row
  }

  /// When it ended, nanoseconds since 1970, as well as its row tells; nil when it does not.
  public var endedAt: Int64? {
    [text("completed_at"), text("last_interaction_at")].lazy.compactMap { $0 }
      .compactMap(Timestamp.parse).first
  }

  /// How often an attempt has failed.
  public var retries: Int64 { object["retry_count"]?.int ?? 0 }

  private func ended(
    _ end: TaskStatus, _ message: String, by change: GraphChange
  ) -> TaskRow? {
    guard status != end else { return nil }
    var row = self
    row.set(end)
    row.object["completed_at"] = change.timestamp
    if end == .done { row.object["failure_reason"] = Optional.none }
    row.record(message, by: change)
    return row
  }

  private static func sentence(_ end: String, _ reason: String?) -> String {
    "Task marked as \(end)" + (reason.map { ": \($0)" } ?? "")
  }
}

extension TaskRow {
  /// Whether somebody can begin with it: it is open, not paused, its time has come, and every task
  /// that comes before it is finished.
  ///
  /// A task that is not in the graph any more was finished when it was moved to the archive.
  /// - Parameter now: nanoseconds since 1970.
  public func isReady(at now: Int64, statusOf: (String) -> TaskStatus?) -> Bool {
    guard status == .open, object["paused"]?.bool != true else { return false }
    if let time = text("not_before").flatMap(Timestamp.parse), time > now { return false }
    return after.allSatisfy { statusOf($0)?.finishesDependency ?? true }
  }
}
