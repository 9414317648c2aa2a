import Testing

@testable import DecisionRecords
@testable import SupervisionCore

extension World {
  /// 2026-01-02 03:04:05 UTC at the instant at which every world begins.
  private func wall(_ instant: Instant) -> Int64 {
    1_767_323_045_000_000_000 + (instant.nanoseconds - 1_000_000_000_000)
  }

  /// The decisions so far, as they would be in the file.
  var rows: [DecisionRow] {
    var rows: [DecisionRow] = []
    var step = 0
    for (index, decision) in decisions.enumerated() {
      let isSame = index > 0 && decisions[index - 1].inputs === decision.inputs
      step = isSame ? step + 1 : 0
      let hasFailed = decision.clause == .crashed || decision.clause == .crashLoop
      rows.append(
        DecisionRow(
          decision, sequence: UInt64(index + 1), time: wall(decision.at), step: step,
          pid: decision.incarnation == nil ? nil : 4711,
          output: hasFailed ? "model endpoint refused the connection" : nil))
    }
    return rows
  }

  /// What `wg why` knows a moment later.
  func situation(after moment: TimeSpan = .milliseconds(100)) -> Situation {
    var situation = Situation(
      chat: child.number, taskID: ".chat-3", state: state.name, now: wall(now + moment))
    situation.name = "ops"
    situation.rows = rows
    situation.consumers = machine.demand(of: child)?.consumers ?? 0
    situation.pending = machine.demand(of: child)?.inbox.pending ?? 0
    situation.nextTime = machine.deadline(of: child).map(wall)
    situation.crashes = (machine.durable(of: child)?.crashes ?? []).map(wall)
    if state.incarnation != nil { situation.pid = 4711 }
    if machine.isBuried(child) {
      situation.burial =
        "a tombstone stands since 2026-01-02T03:04:05Z (purge) by `wg service purge-chats` "
        + "(uid 1000, pid 4700)"
    }
    return situation
  }

  /// `wg why ops --last 2`.
  func explained() -> [String] {
    let situation = situation()
    return situation.lines() + ["", "Decisions:"] + situation.rows.suffix(2).map(\.line)
  }
}
