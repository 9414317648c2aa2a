public import JSONLines
internal import LinuxSystem
internal import SupervisionCore

extension Situation {
  /// The answer for programs; every member is always there.
  ///
  /// wg-why(1) describes them.
  public var payload: JSONObject {
    let answer = Explanation(self)
    return [
      "dispatcher": .text(isDispatcherRunning ? "running" : "not_running"),
      "chat_id": .integer(chat), "task_id": .text(taskID), "name": text(name),
      "state": .text(state.rawValue), "coarse_state": .text(state.coarse),
      "pid": pid.map { .integer($0) } ?? .null, "since": time(answer.since),
      "headline": .text(answer.headline), "because": text(answer.because),
      "event": text(answer.event), "clause": text(answer.clause),
      "rule": answer.rule.map { .integer($0) } ?? .null, "rule_text": text(answer.ruleText),
      "consumers": .integer(consumers), "pending": .integer(pending),
      "crashes": .array(crashes.map { time($0) }),
      "last_exit": text(lastEnd?.exit?.sentence), "output": text(answer.output),
      "seen": .array(answer.seen.map { .text($0) }), "next": .text(answer.next),
      "next_at": time(nextTime),
      "changes": .array(
        answer.changes.map { ["command": .text($0.command), "effect": .text($0.effect)] }),
    ]
  }

  private func text(_ text: String?) -> JSONValue { text.map { .text($0) } ?? .null }

  private func time(_ time: Int64?) -> JSONValue { text(time.map(Timestamp.rfc3339)) }
}
